package dev.tributary.server;

import dev.tributary.config.RunConfig;
import dev.tributary.data.DatasetSource;
import dev.tributary.data.TableStatistics;
import dev.tributary.data.table.StatisticsFile;
import dev.tributary.protocol.RunStatus;
import dev.tributary.server.http.StatisticsDesk;
import dev.tributary.server.store.RunDirectory;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.concurrent.Callable;
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

    private FederatedServer(
            ServerOptions options, Models models, StatisticsDesk statistics, Setups setups)
            throws Exception {
        core = new ServerCore(options, models, new Silent(), statistics, false);
        try {
            RunSetup setup = setups.of(core.url());
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

    /** Finds out what the run is, with a server that can be reached. */
    @FunctionalInterface
    private interface Setups {
        RunSetup of(URI url) throws Exception;
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
        return start(config, options, (url, sites) -> {});
    }

    /** Hears that a server waits for what sites tell of their tables. */
    @FunctionalInterface
    public interface GatheringListener {
        /**
         * It can be reached now, and waits.
         *
         * @param url where
         * @param sites how many must tell
         */
        void waits(URI url, int sites);

        /**
         * A site has told.
         *
         * @param line which, and how many have
         */
        default void told(String line) {}
    }

    /**
     * Starts with the model and the data that the run file names; where it says {@code statistics:
     * gathered}, that takes until as many sites have told theirs as the run waits for.
     *
     * @throws RuntimeException naming what is unknown, missing, wrong or taken
     */
    public static FederatedServer start(
            RunConfig config, ServerOptions options, GatheringListener listener) {
        return TableStatistics.gathered(config.data().options())
                ? unchecked(() -> gathering(config, options, listener))
                : start(config, options, CatalogModel.of(config));
    }

    private static FederatedServer gathering(
            RunConfig config, ServerOptions options, GatheringListener listener) throws Exception {
        DatasetSource data = CatalogModel.open(config.data(), config.seed());
        Path told = options.runsDirectory().resolve("statistics").resolve(config.name());
        if (options.beginAnew()) {
            GatheredStatistics.forget(told);
        }
        int sites = config.cohort().waitFor();
        GatheredStatistics gathering =
                GatheredStatistics.open(told, sites, options.poll(), listener::told);
        FederatedServer server =
                new FederatedServer(
                        options,
                        any -> CatalogModel.of(any, data.agreeing(gathering.await())),
                        gathering,
                        url -> {
                            listener.waits(url, sites);
                            ServedModel model =
                                    CatalogModel.of(config, data.agreeing(gathering.await()));
                            return RunSetup.of(config, model, options.initialModel());
                        });
        try {
            // For who evaluates the model later.
            StatisticsFile.write(
                    new RunDirectory(server.runDirectory()).statistics(), gathering.await());
        } catch (IOException | RuntimeException e) {
            try (server) {
                throw e;
            }
        }
        // However it ended, the next run of that name asks anew.
        CompletableFuture<Void> unused =
                server.end().thenRun(() -> GatheredStatistics.forget(told));
        return server;
    }

    /**
     * Starts with a model that is not in the catalog.
     *
     * @throws RuntimeException naming what is missing, wrong or taken
     */
    public static FederatedServer start(
            RunConfig config, ServerOptions options, ServedModel model) {
        return unchecked(
                () -> {
                    RunSetup setup = RunSetup.of(config, model, options.initialModel());
                    return new FederatedServer(
                            options, any -> model, StatisticsDesk.NONE, url -> setup);
                });
    }

    private static FederatedServer unchecked(Callable<FederatedServer> start) {
        try {
            return start.call();
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

    /** Whether somebody follows the run over HTTP, who may not have heard of its end yet. */
    public boolean watched() {
        return core.board().watched();
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
