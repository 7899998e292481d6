package dev.tributary.server;

import dev.tributary.config.RunConfig;
import dev.tributary.protocol.RunStatus;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;

/**
 * A server that leads one run; the run begins when enough clients have registered.
 *
 * <p>Several may live in one process. Thread-safe. Close it in any case: that ends the threads and
 * frees the device. A run that has not ended is left as it is on disk, and goes on when a server is
 * started with the same run again; {@link #stop} ends it for good.
 */
public final class FederatedServer implements AutoCloseable {
    private final ServerCore core;
    private final LedRun run;

    private FederatedServer(RunConfig config, ServerOptions options, ServedModel served)
            throws Exception {
        RunSetup setup = RunSetup.of(config, served, options.initialModel());
        core = new ServerCore(options, any -> served, new Silent(), false);
        try {
            Lead lead =
                    Lead.take(
                            core.database(),
                            options.runsDirectory(),
                            setup.config(),
                            options.beginAnew());
            run = core.board().lead(lead, setup);
            run.begin();
        } catch (Exception e) {
            try (core) {
                throw e;
            }
        }
    }

    /** Whoever started the server asks it. */
    private static final class Silent implements RunListener {
        @Override
        public void note(String line) {}

        @Override
        public void ended(RunStatus last, Path directory) {}
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
        return core.url();
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
    public void close() {
        core.close();
    }
}
