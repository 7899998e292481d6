package dev.tributary.server;

import dev.tributary.config.RunConfig;
import dev.tributary.config.RunFile;
import dev.tributary.protocol.ErrorCode;
import dev.tributary.protocol.RunEvent;
import dev.tributary.protocol.RunStatus;
import dev.tributary.server.database.Database;
import dev.tributary.server.database.StoredRun;
import dev.tributary.server.http.NewestModel;
import dev.tributary.server.http.RunDesk;
import dev.tributary.server.http.Services;
import dev.tributary.server.round.RefusedException;
import dev.tributary.server.telemetry.ServerMetrics;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * The runs of a server: those that it leads, by id, and all others in its database.
 *
 * <p>Two threads work for it: one begins and ends runs, the other reads what is stored.
 * Thread-safe.
 */
final class RunBoard implements RunDesk, AutoCloseable {
    /** How long a run waits for a database that is away when its turn comes. */
    private static final long AGAIN_SECONDS = 5;

    private final ServerOptions options;
    private final ClientHall hall;
    private final ServerMetrics metrics;
    private final Database database;
    private final boolean standing;
    private final StoredRuns stored;
    private final Watchers watchers = new Watchers(System::nanoTime);
    private final Map<String, LedRun> led = new ConcurrentHashMap<>();
    private final OrderThread orders = new OrderThread("runs");
    private final OrderThread reader = new OrderThread("records");
    private final RunQueue queue;

    /** Whether what an earlier server has left is led again. */
    private volatile boolean ready;

    /**
     * @param database stays the caller's
     * @param hall where clients wait for tasks
     * @param standing whether runs can be submitted; else there is the one that it is given
     */
    RunBoard(
            ServerOptions options,
            Database database,
            ClientHall hall,
            ServerMetrics metrics,
            Models models,
            RunListener listener,
            boolean standing) {
        this.options = options;
        this.database = database;
        this.hall = hall;
        this.metrics = metrics;
        this.standing = standing;
        this.queue = new RunQueue(this, database, options, models, listener, this::orderLater);
        this.stored = new StoredRuns(database, options.runsDirectory(), queue::place);
    }

    /** Leads a run from now on. */
    LedRun lead(Lead lead, RunSetup setup) throws Exception {
        LedRun run = LedRun.open(lead, setup, options, database, metrics, !standing);
        led.put(run.id(), run);
        hall.open(run);
        if (!standing) {
            ready = true;
        }
        return run;
    }

    /** Leads it no more; what is left of it is in the database and in its files. */
    void retire(LedRun run) throws Exception {
        hall.close(run);
        led.remove(run.id(), run);
        run.close();
    }

    /** Goes on with all runs in the database that have not ended, and with those to come. */
    void goOn() {
        orders.give(
                () -> {
                    try {
                        queue.takeUpAll();
                    } finally {
                        ready = true;
                    }
                });
    }

    /** Carries out an order on the thread that begins and ends runs. */
    void order(Runnable order) {
        orders.give(order);
    }

    private void orderLater(Runnable order) {
        CompletableFuture.delayedExecutor(AGAIN_SECONDS, TimeUnit.SECONDS)
                .execute(() -> order(order));
    }

    @Override
    public CompletableFuture<Optional<Services>> led(String runId) {
        Optional<LedRun> run = run(runId);
        return run.isEmpty() && !ready
                ? CompletableFuture.failedFuture(takingUp())
                : CompletableFuture.completedFuture(run.map(LedRun::services));
    }

    Optional<LedRun> run(String runId) {
        return Optional.ofNullable(led.get(runId));
    }

    /** Whoever asks goes on to ask: what was led before is led again in a moment. */
    private static RefusedException takingUp() {
        return new RefusedException(
                ErrorCode.BUSY, "the server has just started and is taking up what it led before");
    }

    @Override
    public String notice() {
        if (ready) {
            return "";
        }
        return standing ? "taking up runs: %d".formatted(queue.length()) : "taking up the run";
    }

    /** Whether somebody follows a run that is led here. */
    boolean watched() {
        return watchers.present();
    }

    @Override
    public CompletableFuture<List<RunStatus>> list() {
        if (!standing) {
            List<CompletableFuture<RunStatus>> all = new ArrayList<>();
            led.values()
                    .forEach(
                            run -> all.add(run.coordinator().status().thenApply(RunStatus::brief)));
            return all(all);
        }
        return reader.ask(() -> stored.list().stream().map(this::brief).toList())
                .thenCompose(RunBoard::all);
    }

    @Override
    public CompletableFuture<RunStatus> status(String runId) {
        watchers.seen();
        return run(runId)
                .map(run -> run.coordinator().status())
                .orElseGet(() -> read(runId, () -> stored.status(runId)));
    }

    @Override
    public CompletableFuture<List<RunEvent>> events(String runId, long after) {
        return asked(runId, after).whenComplete((events, failure) -> watchers.seen());
    }

    private CompletableFuture<List<RunEvent>> asked(String runId, long after) {
        return run(runId)
                .flatMap(run -> run.events().after(after))
                .map(
                        next ->
                                next.completeOnTimeout(
                                        List.of(),
                                        options.poll().toMillis(),
                                        TimeUnit.MILLISECONDS))
                .orElseGet(() -> read(runId, () -> stored.events(runId, after)));
    }

    @Override
    public CompletableFuture<NewestModel> model(String runId) {
        Optional<LedRun> run = run(runId).filter(one -> !one.coordinator().end().isDone());
        return run.flatMap(one -> one.versions().newest())
                .map(version -> CompletableFuture.completedFuture(new NewestModel(version, null)))
                .orElseGet(() -> read(runId, () -> stored.result(runId)));
    }

    @Override
    public CompletableFuture<RunStatus> submit(String runFile) {
        if (!standing) {
            return refused("this server leads one run and ends with it");
        }
        return orders.ask(() -> queue.submit(runFile)).thenCompose(this::status);
    }

    @Override
    public CompletableFuture<RunStatus> stop(String runId) {
        return orders.ask(
                        () -> {
                            requireKnown(runId);
                            queue.stop(runId);
                            return runId;
                        })
                .thenCompose(this::status);
    }

    @Override
    public CompletableFuture<RunStatus> resume(String runId) {
        if (!standing) {
            return refused("this server leads one run and ends with it");
        }
        return orders.ask(
                        () -> {
                            queue.resume(runId);
                            return runId;
                        })
                .thenCompose(this::status);
    }

    /** Ends all requests that wait for events. */
    void quiet() {
        led.values().forEach(run -> run.events().end());
    }

    /** All runs that are led. */
    Collection<LedRun> led() {
        return Collections.unmodifiableCollection(led.values());
    }

    /** Leaves all runs as they are on disk. */
    @Override
    public void close() throws Exception {
        orders.close();
        reader.close();
        Closers runs = new Closers();
        led.values().forEach(runs::add);
        runs.close();
    }

    StoredRun find(String runId) {
        return stored.find(runId);
    }

    /** A server with one run tells nothing of others, though they may be in the same database. */
    private <T> CompletableFuture<T> read(String runId, Callable<T> question) {
        return reader.ask(
                () -> {
                    requireKnown(runId);
                    return question.call();
                });
    }

    private void requireKnown(String runId) {
        if (!standing && !ready) {
            throw takingUp();
        }
        if (!standing && !led.containsKey(runId)) {
            throw new RefusedException(
                    ErrorCode.NOT_FOUND,
                    "run: expected %s, found another".formatted(String.join("", led.keySet())));
        }
    }

    private CompletableFuture<RunStatus> brief(StoredRun run) {
        return run(run.asked().runId())
                .map(one -> one.coordinator().status().thenApply(RunStatus::brief))
                .orElseGet(() -> CompletableFuture.completedFuture(stored.brief(run)));
    }

    private static CompletableFuture<List<RunStatus>> all(
            List<CompletableFuture<RunStatus>> futures) {
        return CompletableFuture.allOf(futures.toArray(CompletableFuture[]::new))
                .thenApply(done -> futures.stream().map(CompletableFuture::join).toList());
    }

    private static <T> CompletableFuture<T> refused(String message) {
        return CompletableFuture.failedFuture(new RefusedException(ErrorCode.WRONG_STATE, message));
    }

    /** The run file of a stored run, resolved when it was submitted. */
    RunConfig config(StoredRun run) {
        return RunFile.parse(run.asked().config(), run.asked().runId(), options.runsDirectory());
    }
}
