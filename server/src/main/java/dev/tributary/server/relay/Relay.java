package dev.tributary.server.relay;

import dev.tributary.files.PrivateFiles;
import dev.tributary.server.http.Desks;
import dev.tributary.server.http.HttpFront;
import dev.tributary.server.store.RunDirectory;
import dev.tributary.server.store.RunLock;
import dev.tributary.server.telemetry.ServerMetrics;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * A relay at work, from start to close. Thread-safe.
 *
 * <p>It can be killed at any time and started again at the same address: its agents come again with
 * what the parent has not confirmed.
 */
public final class Relay implements AutoCloseable {
    private static final Duration IDLE = Duration.ofSeconds(60);
    private static final int MAX_CONNECTIONS = 20_000;

    /** Below the work directory, so that nothing of somebody else's is ever deleted. */
    private static final String RUNS = "relayed";

    private final RunLock lock;
    private final Summing summing;
    private final RelayClients clients;
    private final Parent parent;
    private final HttpFront http;
    private boolean closed;

    private Relay(RelayOptions options, RunLock lock) throws Exception {
        this.lock = lock;
        Path directory = options.workDirectory().resolve(RUNS);
        // Of an earlier life: nothing that the parent or the agents do not have.
        Directories.delete(directory);
        PrivateFiles.createDirectories(directory);
        parent = new Parent(options.parent(), options.credential());
        summing = new Summing();
        RelayRuns runs = new RelayRuns(parent, directory, IDLE, options.hold(), summing);
        clients = new RelayClients(parent, runs, options.grace());
        ServerMetrics metrics = new ServerMetrics();
        metrics.gauge("tributary_clients", "Agents that came here.", clients::size);
        metrics.gauge("tributary_runs", "Runs that are open.", runs::size);
        http =
                HttpFront.start(
                        options.listening(MAX_CONNECTIONS),
                        new Desks(runs, clients, new RelayStatistics(parent), metrics, IDLE));
        // What is wrong with certificates or the URL is told now, and not to the first agent.
        CompletableFuture<Void> unused = parent.greet();
    }

    /**
     * Begins to serve; the parent need not be there yet.
     *
     * @throws IOException if the address is taken, or another relay has the work directory
     */
    public static Relay start(RelayOptions options) throws Exception {
        PrivateFiles.createDirectories(options.workDirectory());
        RunLock lock =
                RunLock.tryTake(new RunDirectory(options.workDirectory()))
                        .orElseThrow(
                                () ->
                                        new IOException(
                                                "expected a work directory of this relay alone,"
                                                        + " found another relay in "
                                                        + options.workDirectory()));
        try {
            return new Relay(options, lock);
        } catch (Exception e) {
            lock.close();
            throw e;
        }
    }

    /** Where agents reach it. */
    public URI url() {
        return http.url();
    }

    /**
     * Completes when the parent has told every agent that came here that it is done for good; some
     * time after the first of them, whatever became of the others. Fails if the parent and this
     * relay do not take each other's certificates.
     */
    public CompletableFuture<Void> finished() {
        return CompletableFuture.anyOf(clients.finished(), parent.refused())
                .thenAccept(either -> {});
    }

    /** Lets requests in progress end, for a few seconds, then stops; harmless to repeat. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        clients.close();
        try (lock;
                summing) {
            http.close();
        } catch (Exception e) {
            throw new IllegalStateException("the relay did not stop cleanly", e);
        }
    }
}
