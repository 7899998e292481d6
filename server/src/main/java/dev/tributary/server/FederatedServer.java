package dev.tributary.server;

import dev.tributary.config.RunConfig;
import dev.tributary.protocol.ErrorCode;
import dev.tributary.protocol.RunStatus;
import dev.tributary.server.database.Database;
import dev.tributary.server.database.DatabaseAddress;
import dev.tributary.server.http.Desks;
import dev.tributary.server.http.HttpFront;
import dev.tributary.server.http.RunDesk;
import dev.tributary.server.http.Services;
import dev.tributary.server.round.RefusedException;
import dev.tributary.server.telemetry.ServerMetrics;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * A server that leads one run; the run begins when enough clients have registered.
 *
 * <p>Several may live in one process. Thread-safe. Close it in any case: that ends the threads and
 * frees the device. A run that has not ended is left as it is on disk, and goes on when a server is
 * started with the same run again; {@link #stop} ends it for good.
 */
public final class FederatedServer implements AutoCloseable {
    private final Closers closers = new Closers();
    private final ServerMetrics metrics = new ServerMetrics();
    private final ClientHall hall;
    private final HttpFront http;
    private final LedRun run;
    private boolean closed;

    private FederatedServer(RunConfig config, ServerOptions options, ServedModel served)
            throws Exception {
        try {
            RunSetup setup = RunSetup.of(config, served, options.initialModel());
            Files.createDirectories(options.runsDirectory());
            Database database = closers.add(Database.open(address(options)));
            Lead lead =
                    Lead.take(
                            database, options.runsDirectory(), setup.config(), options.beginAnew());
            run = closers.add(LedRun.open(lead, setup, options, database, metrics));
            hall = new ClientHall(options.poll());
            hall.open(run);
            Desks desks = new Desks(new OneRun(run), hall, metrics, options.idle());
            http = closers.add(start(options, desks));
            // Closed before the web server too, which then waits for nobody.
            closers.add(hall);
            run.begin();
            addGauges();
        } catch (Exception e) {
            try (closers) {
                throw e;
            }
        }
    }

    private record OneRun(LedRun run) implements RunDesk {
        @Override
        public Optional<Services> led(String runId) {
            return runId.equals(run.id()) ? Optional.of(run.services()) : Optional.empty();
        }

        @Override
        public CompletableFuture<List<RunStatus>> list() {
            return run.coordinator().status().thenApply(List::of);
        }

        @Override
        public CompletableFuture<RunStatus> status(String runId) {
            return led(runId)
                    .map(services -> services.coordinator().status())
                    .orElseGet(
                            () ->
                                    CompletableFuture.failedFuture(
                                            new RefusedException(
                                                    ErrorCode.NOT_FOUND, "there is no such run")));
        }
    }

    /**
     * Starts with the model and the data that the run file names.
     *
     * @throws RuntimeException naming what is unknown, missing, wrong or taken
     */
    public static FederatedServer start(RunConfig config, ServerOptions options) {
        return start(config, options, CatalogModel.of(config));
    }

    /**
     * Starts with a model that is not in the catalog.
     *
     * @throws RuntimeException naming what is missing, wrong or taken
     */
    public static FederatedServer start(
            RunConfig config, ServerOptions options, ServedModel model) {
        try {
            return new FederatedServer(config, options, model);
        } catch (RuntimeException e) {
            throw e;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (Exception e) {
            throw new IllegalStateException("the server did not start", e);
        }
    }

    /** Whether the run was begun by another server, which was killed or stopped. */
    public boolean resumed() {
        return run.resumed();
    }

    /** Where it can be reached. */
    public URI url() {
        return http.url();
    }

    /** The run that it leads. */
    public String runId() {
        return run.id();
    }

    /** Where the run's files are. */
    public Path runDirectory() {
        return run.directory();
    }

    /** {@code cpu} or {@code gpu:N}. */
    public String deviceName() {
        return run.setup().device().name();
    }

    /** Why that device. */
    public String deviceReason() {
        return run.setup().device().reason();
    }

    /** Where the run is. */
    public RunStatus status() {
        return run.coordinator().status().join();
    }

    /** Completes when the run has ended, one way or another, and its result is on disk. */
    public CompletableFuture<RunStatus> end() {
        return run.coordinator().end();
    }

    /** Waits for the end of the run. */
    public RunStatus awaitEnd() {
        return end().join();
    }

    /** Completes when the run has ended and all clients that can be reached have been told. */
    public CompletableFuture<Void> agentsTold() {
        return run.coordinator().told();
    }

    /**
     * Ends the run for good, once a round that has its updates is published; returns at once, and
     * {@link #close} waits for it.
     */
    public void stop(String reason) {
        run.stop(reason);
    }

    /** For leak checks: engine arrays and scopes alive on behalf of the model. */
    public int managedArrays() {
        return run.managedArrays();
    }

    /** Ends everything but the run, which can go on later; harmless to repeat. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            closers.close();
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException("the server did not stop cleanly", e);
        }
    }

    private static HttpFront start(ServerOptions options, Desks desks) throws Exception {
        return HttpFront.start(options.host(), options.port(), options.maximumConnections(), desks);
    }

    private static DatabaseAddress address(ServerOptions options) {
        return options.database()
                .orElseGet(() -> DatabaseAddress.inDirectory(options.runsDirectory()));
    }

    private void addGauges() {
        metrics.gauge("tributary_ledger", "Entries for the database that wait.", run::entries);
        metrics.gauge("tributary_clients", "Registered clients.", hall::clients);
        metrics.gauge(
                "tributary_round",
                "The round in progress.",
                () -> run.coordinator().view().round());
        metrics.gauge(
                "tributary_mailbox", "Messages that wait.", () -> run.coordinator().waiting());
        metrics.gauge("tributary_orders", "Orders to the device that wait.", run::orders);
        metrics.gauge(
                "tributary_managed_arrays",
                "Engine arrays and scopes of the model.",
                run::managedArrays);
    }
}
