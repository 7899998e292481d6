package dev.tributary.agent;

import dev.tributary.agent.state.AgentState;
import dev.tributary.device.DeviceSelector.Selection;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Hosts clients in one process: a thread and a connection for each, and workbenches for as many as
 * may compute at a time.
 *
 * <p>Thread-safe; runs once.
 */
public final class Agent implements AutoCloseable {
    private final List<Client> clients;
    private final Function<Client, ServerClient> servers;
    private final WorkbenchPool benches;
    private final String deviceName;
    private final AgentState state;
    private final AgentListener listener;
    private final ExecutorService threads;

    /**
     * Keeps nothing on disk.
     *
     * @param clients at least one; the caller closes them afterwards
     * @param servers opens a client's connection
     * @param trainers builds the models
     * @param concurrent how many clients may compute at a time, at least 1
     * @param device where; a name for the server's log, too
     * @param listener hears what happens
     */
    public Agent(
            List<Client> clients,
            Function<Client, ServerClient> servers,
            ModelTrainers trainers,
            int concurrent,
            Selection device,
            AgentListener listener) {
        this(clients, servers, trainers, concurrent, device, AgentState.none(), listener);
    }

    /**
     * @param clients at least one; the caller closes them afterwards
     * @param servers opens a client's connection
     * @param trainers builds the models
     * @param concurrent how many clients may compute at a time, at least 1
     * @param device where; a name for the server's log, too
     * @param state what the clients keep from start to start; the caller closes it afterwards
     * @param listener hears what happens
     */
    public Agent(
            List<Client> clients,
            Function<Client, ServerClient> servers,
            ModelTrainers trainers,
            int concurrent,
            Selection device,
            AgentState state,
            AgentListener listener) {
        this.clients = List.copyOf(clients);
        this.servers = servers;
        this.deviceName = device.name();
        this.benches = new WorkbenchPool(concurrent, trainers, device.device());
        this.state = state;
        this.listener = listener;
        this.threads = Executors.newCachedThreadPool(Agent::thread);
    }

    /**
     * Works until the run has ended for all clients. A client whose id another agent has taken ends
     * by itself, and says so.
     *
     * @return what each did that saw the end of its run, in the order in which they did
     * @throws ReplacedException if other agents have taken all ids
     * @throws AgentException why the first client that failed otherwise did; the others are stopped
     *     then
     */
    public List<ClientSummary> run() {
        CompletionService<ClientSummary> running = new ExecutorCompletionService<>(threads);
        for (Client client : clients) {
            running.submit(() -> run(client));
        }
        List<ClientSummary> summaries = new ArrayList<>();
        List<ReplacedException> replaced = new ArrayList<>();
        try {
            while (summaries.size() + replaced.size() < clients.size()) {
                try {
                    summaries.add(running.take().get());
                } catch (ExecutionException e) {
                    replaced.add(replacement(e));
                }
            }
            if (summaries.isEmpty()) {
                throw replaced.get(0);
            }
            return summaries;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AgentStoppedException();
        } finally {
            close();
        }
    }

    /** Stops the clients, also in the middle of training, and frees their memory. */
    @Override
    public void close() {
        stop(Duration.ofSeconds(10));
    }

    /**
     * Asks the clients to stop.
     *
     * @param grace how long to wait for that
     * @return whether they have, and their memory is free
     */
    public boolean stop(Duration grace) {
        threads.shutdownNow();
        try {
            if (threads.awaitTermination(grace.toMillis(), TimeUnit.MILLISECONDS)) {
                benches.close();
                return true;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return false;
    }

    private ClientSummary run(Client client) {
        Thread.currentThread().setName("client-" + client.id());
        try (ServerClient server = servers.apply(client)) {
            return run(client, server);
        }
    }

    /** A client that ends before its run does says so. */
    private ClientSummary run(Client client, ServerClient server) {
        try {
            return new ClientLoop(
                            client,
                            deviceName,
                            server,
                            benches,
                            state.of(client.id()),
                            listener,
                            Timing.system())
                    .run();
        } catch (ServerUnreachableException e) {
            // There is nobody to tell.
            throw e;
        } catch (ReplacedException e) {
            // Nothing about this client is this agent's to say to the server any more.
            if (clients.size() > 1) {
                listener.line(client.id(), e.getMessage() + "; this client ends here");
            }
            throw e;
        } catch (RuntimeException e) {
            server.leave();
            throw e;
        }
    }

    /** What ends one client alone. Whatever else it was ends all. */
    private static ReplacedException replacement(ExecutionException failure) {
        if (failure.getCause() instanceof ReplacedException replaced) {
            return replaced;
        }
        throw unwrap(failure);
    }

    private static RuntimeException unwrap(ExecutionException failure) {
        if (failure.getCause() instanceof RuntimeException cause) {
            return cause;
        }
        return new AgentException("a client failed", failure);
    }

    private static Thread thread(Runnable task) {
        Thread thread = new Thread(task);
        thread.setDaemon(true);
        return thread;
    }
}
