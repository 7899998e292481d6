package dev.tributary.server;

import com.google.errorprone.annotations.concurrent.GuardedBy;

import dev.tributary.cli.Versions;
import dev.tributary.protocol.ClientProgress;
import dev.tributary.protocol.ClientRegistration;
import dev.tributary.protocol.ErrorCode;
import dev.tributary.protocol.RegistrationReceipt;
import dev.tributary.protocol.RoundTask;
import dev.tributary.server.cohort.ClientRegistry;
import dev.tributary.server.http.ClientDesk;
import dev.tributary.server.round.RefusedException;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Where clients wait for tasks of any run: each registers once with the server.
 *
 * <p>A request for a task waits in all runs at once with one reply, and the first run that has a
 * task completes it. Of several that have one at the same time, that run is asked first which comes
 * after the one that this client served last. Thread-safe: the lock guards the lists and their
 * guests alone; under it messages are sent to coordinators, which does not wait.
 */
final class ClientHall implements ClientDesk, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ClientHall.class);

    private final Duration poll;
    private final boolean manyRuns;
    private final Object lock = new Object();

    @GuardedBy("lock")
    private final Map<String, Guest> guests = new HashMap<>();

    @GuardedBy("lock")
    private final List<LedRun> runs = new ArrayList<>();

    @GuardedBy("lock")
    private boolean closed;

    /**
     * @param poll how long a request for a task waits for one
     * @param manyRuns whether the server goes on when a run has ended
     */
    ClientHall(Duration poll, boolean manyRuns) {
        this.poll = poll;
        this.manyRuns = manyRuns;
    }

    /**
     * Lets clients serve a run: those that wait are asked at once, the others when they come. Those
     * that it knew before it was interrupted need not register again.
     */
    void open(LedRun run) {
        synchronized (lock) {
            for (ClientRegistration known : run.known()) {
                guests.putIfAbsent(known.clientId(), new Guest(known));
            }
            runs.add(run);
            guests.values().forEach(guest -> guest.join(run));
        }
    }

    /** The run has ended or is led here no more. */
    void close(LedRun run) {
        synchronized (lock) {
            runs.remove(run);
        }
    }

    /** Registered clients. */
    int clients() {
        synchronized (lock) {
            return guests.size();
        }
    }

    @Override
    public CompletableFuture<RegistrationReceipt> register(
            ClientRegistration registration, @Nullable String agent) {
        RegistrationReceipt receipt =
                new RegistrationReceipt(
                        registration.clientId(),
                        Versions.tributary(),
                        Math.max(1, (int) poll.toSeconds()),
                        manyRuns);
        List<CompletableFuture<Boolean>> noted = new ArrayList<>();
        CompletableFuture<Optional<RoundTask>> orphaned = null;
        synchronized (lock) {
            Guest guest = guests.get(registration.clientId());
            if (guest == null && guests.size() >= ClientRegistry.DEFAULT_MAXIMUM) {
                return CompletableFuture.failedFuture(full(guests.size()));
            }
            if (guest == null) {
                guest = new Guest(registration);
                guests.put(registration.clientId(), guest);
            } else if (!guest.listensTo(agent)) {
                // Most often it was started again, and nobody is left to hear this.
                LOG.info("client {}: another agent takes its place", registration.clientId());
                orphaned = guest.request();
            }
            guest.register(registration, agent);
            for (LedRun run : runs) {
                if (guest.serves(run)) {
                    noted.add(run.coordinator().register(registration));
                }
            }
        }
        if (orphaned != null) {
            orphaned.completeExceptionally(replaced(registration.clientId()));
        }
        return CompletableFuture.allOf(noted.toArray(CompletableFuture[]::new))
                .thenApply(all -> receipt);
    }

    @Override
    public CompletableFuture<Optional<RoundTask>> poll(String clientId, @Nullable String agent) {
        CompletableFuture<Optional<RoundTask>> request = new CompletableFuture<>();
        CompletableFuture<Optional<RoundTask>> older;
        List<LedRun> order;
        synchronized (lock) {
            Guest guest = guests.get(clientId);
            if (closed || guest == null) {
                return CompletableFuture.failedFuture(closed ? stopping() : unknown(clientId));
            }
            if (!guest.listensTo(agent)) {
                LOG.warn("two agents use the id of client {}: the later one is served", clientId);
                return CompletableFuture.failedFuture(replaced(clientId));
            }
            older = guest.await(request);
            order = guest.order(runs);
        }
        if (older != null) {
            older.complete(Optional.empty());
        }
        ask(clientId, order, request, null);
        return request.completeOnTimeout(Optional.empty(), poll.toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete(
                        (task, failure) ->
                                answered(
                                        clientId,
                                        request,
                                        task == null ? null : task.orElse(null)));
    }

    @Override
    public CompletableFuture<Boolean> progress(String clientId, ClientProgress progress) {
        synchronized (lock) {
            if (!guests.containsKey(clientId)) {
                return CompletableFuture.failedFuture(unknown(clientId));
            }
            for (LedRun run : runs) {
                if (run.id().equals(progress.runId())) {
                    return run.coordinator().progress(clientId, progress);
                }
            }
        }
        // Of a run that has ended meanwhile: of no use to anybody.
        return CompletableFuture.completedFuture(true);
    }

    @Override
    public CompletableFuture<Boolean> leave(String clientId, @Nullable String agent) {
        List<CompletableFuture<Boolean>> noted = new ArrayList<>();
        CompletableFuture<Optional<RoundTask>> request;
        synchronized (lock) {
            Guest guest = guests.get(clientId);
            if (guest == null || !guest.listensTo(agent)) {
                return CompletableFuture.completedFuture(true);
            }
            guests.remove(clientId);
            request = guest.request();
            for (LedRun run : runs) {
                noted.add(run.coordinator().leave(clientId));
            }
        }
        if (request != null) {
            request.complete(Optional.empty());
        }
        return CompletableFuture.allOf(noted.toArray(CompletableFuture[]::new))
                .thenApply(all -> true);
    }

    /** Ends all requests that wait; there are no tasks any more. */
    @Override
    public void close() {
        List<CompletableFuture<Optional<RoundTask>>> waiting = new ArrayList<>();
        synchronized (lock) {
            closed = true;
            for (Guest guest : guests.values()) {
                CompletableFuture<Optional<RoundTask>> request = guest.request();
                if (request != null) {
                    waiting.add(request);
                }
            }
        }
        waiting.forEach(request -> request.complete(Optional.empty()));
    }

    /** Asks the runs one after the other, so that an earlier one has the first word. */
    private void ask(
            String clientId,
            List<LedRun> order,
            CompletableFuture<Optional<RoundTask>> request,
            @Nullable Throwable refusal) {
        if (order.isEmpty() || request.isDone()) {
            if (refusal != null) {
                request.completeExceptionally(refusal);
            }
            return;
        }
        CompletableFuture<Boolean> unused =
                order.get(0)
                        .coordinator()
                        .poll(clientId, request)
                        .whenComplete(
                                (waits, failure) ->
                                        ask(
                                                clientId,
                                                order.subList(1, order.size()),
                                                request,
                                                failure == null ? refusal : failure));
    }

    private void answered(
            String clientId,
            CompletableFuture<Optional<RoundTask>> request,
            @Nullable RoundTask task) {
        synchronized (lock) {
            Guest guest = guests.get(clientId);
            if (guest != null) {
                guest.answered(request, task);
            }
        }
    }

    private static RefusedException unknown(String clientId) {
        return new RefusedException(
                ErrorCode.UNKNOWN_CLIENT, "client " + clientId + " is not registered");
    }

    private static RefusedException replaced(String clientId) {
        return new RefusedException(
                ErrorCode.REPLACED,
                ("expected one agent for client %s, found another that registered later; stop one"
                                + " of them, or give it an id of its own")
                        .formatted(clientId));
    }

    private static RefusedException stopping() {
        return new RefusedException(ErrorCode.STOPPING, "the server is stopping");
    }

    private static RefusedException full(int clients) {
        return new RefusedException(
                ErrorCode.BUSY,
                "%d clients have registered, and no more are taken".formatted(clients));
    }
}
