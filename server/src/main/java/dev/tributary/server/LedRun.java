package dev.tributary.server;

import dev.tributary.config.DataConfig;
import dev.tributary.protocol.ClientRegistration;
import dev.tributary.protocol.RunStatus;
import dev.tributary.server.aggregation.AggregationService;
import dev.tributary.server.aggregation.Spool;
import dev.tributary.server.database.Database;
import dev.tributary.server.http.Services;
import dev.tributary.server.round.Coordinator;
import dev.tributary.server.round.Recovery;
import dev.tributary.server.store.DatabaseLedger;
import dev.tributary.server.store.FileJournal;
import dev.tributary.server.store.ModelVersions;
import dev.tributary.server.store.ReceiptLog;
import dev.tributary.server.store.RunDirectory;
import dev.tributary.server.telemetry.RunMetrics;
import dev.tributary.server.telemetry.ServerMetrics;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A run that this process leads: its spool, versions, device thread, coordinator, journal, ledger.
 *
 * <p>Thread-safe. Closing it ends its threads and frees the device; a run that has not ended is
 * left as it is on disk, and goes on when somebody leads it again.
 */
final class LedRun implements AutoCloseable {
    private static final Duration SAVE_AT_MOST = Duration.ofSeconds(60);

    private final Closers closers = new Closers();
    private final RunSetup setup;
    private final ServerOptions options;
    private final boolean alone;
    private final Lead lead;
    private final EventFeed feed;
    private final RunDirectory directory;
    private final AggregationService aggregation;
    private final DatabaseLedger ledger;
    private final ModelVersions versions;
    private final RunMetrics metrics;
    private final Coordinator coordinator;
    private final Services services;
    private final List<ClientRegistration> known;
    private volatile boolean begun;
    private volatile boolean stopping;

    private LedRun(
            Lead lead,
            RunSetup setup,
            ServerOptions options,
            Database database,
            ServerMetrics serverMetrics,
            boolean alone)
            throws Exception {
        this.alone = alone;
        this.lead = lead;
        this.setup = setup;
        this.options = options;
        this.directory = lead.directory();
        closers.add(() -> tidy(database));
        closers.add(lead.lock());
        try {
            Spool spool = new Spool(directory.spool());
            ReceiptLog log = closers.add(ReceiptLog.open(directory.receipts(), lead.id()));
            Recovery recovery =
                    lead.resumed()
                            ? new Remains(database, lead.stored(), spool, log, setup)
                                    .gather(agent -> serves(agent.dataset()))
                            : Recovery.NONE;
            known = recovery.clients();
            RunParts parts = new RunParts(directory, setup, options, alone);
            versions = parts.versions(recovery, database.rounds());
            aggregation = closers.add(parts.aggregation(versions, spool));
            metrics = new RunMetrics(serverMetrics);
            FileJournal files = closers.add(parts.journal(metrics, recovery));
            feed = new EventFeed(files, recovery.lastEvent());
            ledger = closers.add(new DatabaseLedger(lead.id(), database, log));
            coordinator =
                    closers.add(parts.coordinator(aggregation, feed, ledger, metrics, recovery));
            services = parts.services(aggregation, coordinator, versions, spool);
            CompletableFuture<Void> unused = coordinator.end().thenRun(feed::end);
        } catch (Exception e) {
            try (closers) {
                throw e;
            }
        }
    }

    /**
     * Begins to lead a run, or goes on with it.
     *
     * @param lead the run; its lock is handed over
     * @param serverMetrics counts for all runs of the server
     * @param alone whether the server ends with this run, which all of its clients serve then
     */
    static LedRun open(
            Lead lead,
            RunSetup setup,
            ServerOptions options,
            Database database,
            ServerMetrics serverMetrics,
            boolean alone)
            throws Exception {
        return new LedRun(lead, setup, options, database, serverMetrics, alone);
    }

    /** All that it needs is there: from now on it is a run, and leaves its files behind. */
    void begin() {
        begun = true;
    }

    String id() {
        return directory.id();
    }

    boolean resumed() {
        return lead.resumed();
    }

    RunSetup setup() {
        return setup;
    }

    Path directory() {
        return directory.root();
    }

    Coordinator coordinator() {
        return coordinator;
    }

    /** Clients that an earlier server knew. */
    List<ClientRegistration> known() {
        return known;
    }

    EventFeed events() {
        return feed;
    }

    /** Whether a client may serve it that serves runs of that data set; null for one of all. */
    boolean serves(@Nullable String dataset) {
        DataConfig data = setup.config().data();
        return alone || dataset == null || !data.isPresent() || data.dataset().equals(dataset);
    }

    /** The versions of its model. */
    ModelVersions versions() {
        return versions;
    }

    /** What requests about this run work with. */
    Services services() {
        return services;
    }

    /** What it has counted and reached. */
    RunMetrics metrics() {
        return metrics;
    }

    /** Engine arrays and scopes alive on behalf of the model. */
    int managedArrays() {
        return aggregation.managedArrays();
    }

    /** Of the updates that are on disk. */
    long updateBytes() {
        return directory.updateBytes();
    }

    /** Of the model's versions that are on disk. */
    long modelBytes() {
        return directory.versionBytes();
    }

    /** Orders to the device that wait. */
    int orders() {
        return aggregation.waiting();
    }

    /** Entries for the database that wait. */
    int entries() {
        return ledger.waiting();
    }

    /**
     * Ends the run for good, once a round that has its updates is published, and at once if that
     * cannot be; returns at once.
     */
    void stop(String reason) {
        stopping = true;
        coordinator.stop(reason);
    }

    /** Whoever stopped the run wants its result: a run that is about to end does so first. */
    @Override
    public void close() throws Exception {
        try (closers) {
            if (stopping) {
                awaitEnd();
            }
        }
    }

    private void awaitEnd() throws InterruptedException, ExecutionException, TimeoutException {
        coordinator.end().get(SAVE_AT_MOST.toSeconds(), TimeUnit.SECONDS);
    }

    /**
     * A run that never began leaves nothing behind, one that has finished its results, and one that
     * may go on later all that it needs for that.
     */
    private void tidy(Database database) throws IOException {
        if (begun && coordinator.end().isDone()) {
            RunStatus last = coordinator.end().join();
            if (last.state() == RunStatus.State.FINISHED) {
                directory.clearWork(options.retention());
            } else if (!coordinator.keepsUpdates()) {
                directory.clearSpool();
            }
        } else if (!begun && !lead.resumed()) {
            database.runs().changeState(lead.id(), RunStatus.State.FAILED, "it did not start");
            directory.delete();
        }
    }
}
