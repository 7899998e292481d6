package dev.tributary.server;

import dev.tributary.cli.Versions;
import dev.tributary.config.RunConfig;
import dev.tributary.device.DeviceSelector;
import dev.tributary.device.DeviceSelector.Selection;
import dev.tributary.parameters.Checkpoint;
import dev.tributary.parameters.LayoutMismatchException;
import dev.tributary.parameters.SafetensorsHeader;
import dev.tributary.protocol.RoundMetrics;
import dev.tributary.protocol.RunStatus;
import dev.tributary.server.aggregation.AggregationService;
import dev.tributary.server.aggregation.Spool;
import dev.tributary.server.database.Database;
import dev.tributary.server.database.DatabaseAddress;
import dev.tributary.server.database.RoundEnd;
import dev.tributary.server.database.StoredRound;
import dev.tributary.server.http.HttpFront;
import dev.tributary.server.http.Services;
import dev.tributary.server.round.Coordinator;
import dev.tributary.server.round.Recovery;
import dev.tributary.server.round.RoundClock;
import dev.tributary.server.round.RunPlan;
import dev.tributary.server.store.DatabaseLedger;
import dev.tributary.server.store.FileJournal;
import dev.tributary.server.store.ModelVersion;
import dev.tributary.server.store.ModelVersions;
import dev.tributary.server.store.Provenance;
import dev.tributary.server.store.RunDirectory;
import dev.tributary.server.telemetry.ServerMetrics;
import dev.tributary.strategy.Strategies;
import dev.tributary.strategy.Strategy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A server that leads one run; the run begins when enough clients have registered.
 *
 * <p>Several may live in one process. Thread-safe. Close it in any case: that stops the run if it
 * goes on, ends the threads and frees the device.
 */
public final class FederatedServer implements AutoCloseable {
    private static final Duration SAVE_AT_MOST = Duration.ofSeconds(60);

    private final Closers closers = new Closers();
    private final Selection device;
    private final ServedModel model;
    private final ServerOptions options;
    private final Lead lead;
    private final RunDirectory directory;
    private final AggregationService aggregation;
    private final Coordinator coordinator;
    private final HttpFront http;
    private boolean started;
    private boolean closed;

    private FederatedServer(RunConfig config, ServerOptions options, ServedModel served)
            throws Exception {
        this.options = options;
        try {
            device = DeviceSelector.select(config.device());
            model = withInitial(served, options);
            Strategy strategy = strategy(config);
            Files.createDirectories(options.runsDirectory());
            Database database = closers.add(Database.open(address(options)));
            lead =
                    Lead.take(
                            database,
                            options.runsDirectory(),
                            resolved(config),
                            options.beginAnew());
            directory = lead.directory();
            closers.add(() -> tidy(database));
            closers.add(lead.lock());
            Spool spool = new Spool(directory.spool());
            Recovery recovery = lead.recover(database, spool, model.layout());
            ModelVersions versions = new ModelVersions(directory.versions(), options.retention());
            versions.reload(recovery.version());
            requireStands(recovery, versions);
            aggregation = closers.add(aggregation(strategy, versions, spool, config));
            ServerMetrics metrics = new ServerMetrics();
            FileJournal journal = closers.add(journal(config, options, metrics, recovery));
            DatabaseLedger ledger = closers.add(new DatabaseLedger(lead.id(), database));
            coordinator =
                    closers.add(
                            coordinator(
                                    config, options, strategy, journal, ledger, metrics, recovery));
            http =
                    closers.add(
                            HttpFront.start(
                                    options.host(),
                                    options.port(),
                                    options.maximumConnections(),
                                    services(options, versions, spool, metrics)));
            // Closed before the web server too, which then waits for nobody.
            closers.add(coordinator);
            closers.add(this::stopRun);
            addGauges(metrics, ledger);
            started = true;
        } catch (Exception e) {
            try (closers) {
                throw e;
            }
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

    /** Whether the run was begun by another server, which was killed. */
    public boolean resumed() {
        return lead.resumed();
    }

    /** Where it can be reached. */
    public URI url() {
        return http.url();
    }

    /** The run that it leads. */
    public String runId() {
        return directory.id();
    }

    /** Where the run's files are. */
    public Path runDirectory() {
        return directory.root();
    }

    /** {@code cpu} or {@code gpu:N}. */
    public String deviceName() {
        return device.name();
    }

    /** Why that device. */
    public String deviceReason() {
        return device.reason();
    }

    /** Where the run is. */
    public RunStatus status() {
        return coordinator.status().join();
    }

    /** Completes when the run has ended, one way or another, and its result is on disk. */
    public CompletableFuture<RunStatus> end() {
        return coordinator.end();
    }

    /** Waits for the end of the run. */
    public RunStatus awaitEnd() {
        return end().join();
    }

    /** Completes when the run has ended and all clients that can be reached have been told. */
    public CompletableFuture<Void> agentsTold() {
        return coordinator.told();
    }

    /** Ends the run early, once a round that has its updates is published; returns at once. */
    public void stop(String reason) {
        coordinator.stop(reason);
    }

    /** For leak checks: engine arrays and scopes alive on behalf of the model. */
    public int managedArrays() {
        return aggregation.managedArrays();
    }

    /** Stops the run if it goes on, and everything else; harmless to repeat. */
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

    /**
     * A run that never began leaves nothing behind, one that has ended its results, and one that
     * goes on later all that it needs for that.
     */
    private void tidy(Database database) throws IOException {
        if (started && coordinator.end().isDone()) {
            directory.clearWork(options.retention());
        } else if (!started && !lead.resumed()) {
            database.runs().changeState(lead.id(), RunStatus.State.FAILED, "it did not start");
            directory.delete();
        }
    }

    private static DatabaseAddress address(ServerOptions options) {
        return options.database()
                .orElseGet(() -> DatabaseAddress.inDirectory(options.runsDirectory()));
    }

    /** The model that the database says is the newest must be what is on disk. */
    private static void requireStands(Recovery recovery, ModelVersions versions) {
        StoredRound last = recovery.last();
        if (last == null) {
            return;
        }
        ModelVersion found =
                versions.find(recovery.version())
                        .orElseThrow(
                                () ->
                                        new IllegalStateException(
                                                "expected model version %d on disk, found none"
                                                        .formatted(recovery.version())));
        RoundEnd end = last.end();
        if (end != null && !end.modelChecksum().equals(found.entity())) {
            throw new IllegalStateException(
                    "%s: expected content %s, found %s"
                            .formatted(found.path(), end.modelChecksum(), found.entity()));
        }
    }

    private void stopRun() throws Exception {
        coordinator.stop("the server was stopped");
        coordinator.end().get(SAVE_AT_MOST.toSeconds(), TimeUnit.SECONDS);
    }

    /** Looks at the file before anything is made, so that a wrong one leaves no run behind. */
    private static ServedModel withInitial(ServedModel served, ServerOptions options)
            throws IOException {
        if (options.initialModel().isEmpty()) {
            return served;
        }
        Path path = options.initialModel().get();
        try (Checkpoint checkpoint = Checkpoint.open(path)) {
            requireFits(checkpoint, path, served);
        }
        return served.startingFrom(path);
    }

    private static void requireFits(Checkpoint checkpoint, Path path, ServedModel served) {
        try {
            checkpoint.header().requireTensorsOf(served.layout());
        } catch (LayoutMismatchException e) {
            throw new LayoutMismatchException(path + ": " + e.getMessage());
        }
    }

    private static Strategy strategy(RunConfig config) {
        return Strategies.named(
                config.strategy().name(),
                config.strategy().serverLearningRate(),
                config.strategy().options());
    }

    private RunConfig resolved(RunConfig config) {
        return config.toBuilder().model(model.spec()).build();
    }

    private AggregationService aggregation(
            Strategy strategy, ModelVersions versions, Spool spool, RunConfig config) {
        Map<String, String> metadata = ModelMetadata.of(config, model.spec(), model.layout());
        return new AggregationService(
                new AggregationService.Settings(
                        device.device(), model, strategy, versions, spool, directory, metadata));
    }

    private FileJournal journal(
            RunConfig config, ServerOptions options, ServerMetrics metrics, Recovery recovery)
            throws IOException {
        String initial = options.initialModel().map(Path::toString).orElse("seed");
        return new FileJournal(
                directory,
                new Provenance(
                        directory.id(),
                        config,
                        model.spec(),
                        model.layout(),
                        device.name(),
                        device.reason(),
                        initial,
                        model::dataFacts,
                        metrics::updates),
                recovered(recovery));
    }

    /** The rounds that are recorded; the newest is recorded again. */
    private static List<RoundMetrics> recovered(Recovery recovery) {
        int open = recovery.last() == null ? 0 : recovery.last().start().round();
        return recovery.history().stream().filter(round -> round.round() < open).toList();
    }

    private Coordinator coordinator(
            RunConfig config,
            ServerOptions options,
            Strategy strategy,
            FileJournal journal,
            DatabaseLedger ledger,
            ServerMetrics metrics,
            Recovery recovery) {
        RunPlan plan =
                new RunPlan(
                        directory.id(),
                        config,
                        model.spec(),
                        model.layout(),
                        model.classifier(),
                        strategy.sampler(),
                        device.name(),
                        options.poll());
        return new Coordinator(
                plan,
                RoundClock.system(),
                options.silence(),
                aggregation,
                journal,
                ledger,
                metrics,
                recovery);
    }

    private Services services(
            ServerOptions options, ModelVersions versions, Spool spool, ServerMetrics metrics) {
        long honest = model.layout().bytes() + SafetensorsHeader.MAX_HEADER_BYTES;
        return new Services(
                directory.id(),
                Versions.tributary(),
                Math.max(1, (int) options.poll().toSeconds()),
                model.layout(),
                options.maximumUpdateBytes().orElse(honest),
                coordinator,
                versions,
                spool,
                metrics,
                options.idle());
    }

    private void addGauges(ServerMetrics metrics, DatabaseLedger ledger) {
        metrics.gauge("tributary_ledger", "Entries for the database that wait.", ledger::waiting);
        metrics.gauge("tributary_clients", "Registered clients.", coordinator::clients);
        metrics.gauge(
                "tributary_round", "The round in progress.", () -> coordinator.view().round());
        metrics.gauge("tributary_mailbox", "Messages that wait.", coordinator::waiting);
        metrics.gauge("tributary_orders", "Orders to the device that wait.", aggregation::waiting);
        metrics.gauge(
                "tributary_managed_arrays",
                "Engine arrays and scopes of the model.",
                aggregation::managedArrays);
    }
}
