package dev.tributary.server.round;

import dev.tributary.config.CohortConfig;
import dev.tributary.config.StopMonitor;
import dev.tributary.protocol.RoundMetrics;
import dev.tributary.protocol.RunEvent;
import dev.tributary.server.aggregation.GlobalModel;
import dev.tributary.server.cohort.ClientRegistry;
import dev.tributary.server.store.RunJournal;
import dev.tributary.server.store.RunLedger;
import dev.tributary.server.telemetry.RunMetrics;
import dev.tributary.strategy.RoundSchedule;
import dev.tributary.strategy.RoundSchedule.Buffered;
import dev.tributary.strategy.sampling.ClientHistories;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** What the phases of a run share. Belongs to the coordinator's thread. */
final class Run {
    private static final int EVENTS_SHOWN = 100;

    private final RunPlan plan;
    private final RunTime time;
    private final ClientRegistry clients;
    private final Surroundings surroundings;
    private final StopMonitor stop;
    private final List<RoundMetrics> history = new ArrayList<>();
    private final ClientHistories histories = new ClientHistories();
    private final AtWork atWork = new AtWork();
    private final Quorum quorum = new Quorum();
    private final Deque<RunEvent> events = new ArrayDeque<>();
    private long eventCount;
    private int modelVersion;
    private int askings;
    private @Nullable String stopReason;
    private CompletableFuture<Void> closing = CompletableFuture.completedFuture(null);

    /**
     * What the machine acts on.
     *
     * @param model the global model
     * @param journal keeps what happens
     * @param ledger keeps what must survive
     * @param metrics counts
     * @param wake makes the coordinator look at its phase again; any thread
     */
    record Surroundings(
            GlobalModel model,
            RunJournal journal,
            RunLedger ledger,
            RunMetrics metrics,
            Runnable wake) {}

    Run(RunPlan plan, RoundClock clock, ClientRegistry clients, Surroundings surroundings) {
        this.plan = plan;
        this.time = new RunTime(clock);
        this.clients = clients;
        this.surroundings = surroundings;
        this.stop = new StopMonitor(plan.config().stop(), plan.classifier());
    }

    RunPlan plan() {
        return plan;
    }

    CohortConfig cohort() {
        return plan.config().cohort();
    }

    ClientRegistry clients() {
        return clients;
    }

    /**
     * How many clients there are in the federation: those that the run file cuts its data for, or
     * that have registered, if they are more.
     */
    int federation(Round round) {
        int planned =
                plan.config().data().isPresent() ? plan.config().data().partition().clients() : 0;
        return Math.max(Math.max(planned, clients.size()), round.accepted());
    }

    GlobalModel model() {
        return surroundings.model;
    }

    RunJournal journal() {
        return surroundings.journal;
    }

    RunLedger ledger() {
        return surroundings.ledger;
    }

    RunMetrics metrics() {
        return surroundings.metrics;
    }

    /** How long it takes. */
    RunTime time() {
        return time;
    }

    long now() {
        return time.now();
    }

    double secondsSince(long nanos) {
        return time.secondsSince(nanos);
    }

    /** Looks at the phase again when the future is done. */
    <T> CompletableFuture<T> watch(CompletableFuture<T> future) {
        CompletableFuture<T> unused =
                future.whenComplete((result, failure) -> surroundings.wake.run());
        return future;
    }

    int modelVersion() {
        return modelVersion;
    }

    void published(int version) {
        modelVersion = version;
    }

    /** The newest round that is published is being closed in the ledger. */
    void closes(CompletableFuture<Void> round) {
        closing = round;
    }

    /**
     * Done once the newest round that is published is closed in the ledger. Its order sees to it
     * that no receipt of the next round is written before.
     */
    CompletableFuture<Void> closing() {
        return closing;
    }

    List<RoundMetrics> history() {
        return Collections.unmodifiableList(history);
    }

    void record(RoundMetrics round) {
        history.add(round);
        metrics().measured(round);
        journal().append(round);
        if (round.evaluationSeconds() > 0) {
            // Where nothing was measured, the ledger has the line since the round was closed.
            ledger().complete(round);
        }
    }

    void event(RunEvent.Level level, String message) {
        RunEvent event = new RunEvent(++eventCount, time.secondsHere(), level, message);
        if (events.size() == EVENTS_SHOWN) {
            events.removeFirst();
        }
        events.addLast(event);
        journal().append(event);
        ledger().append(event);
    }

    /** Whether clients work on several versions at a time. */
    boolean buffered() {
        return plan.strategy().schedule() instanceof Buffered;
    }

    /** Whether clients train one after the other. */
    boolean cyclic() {
        return plan.strategy().schedule() instanceof RoundSchedule.Cyclic;
    }

    /** The number of updates that close a round to which so many clients were asked. */
    int target(int asked) {
        return plan.strategy().schedule() instanceof Buffered buffered
                ? buffered.size()
                : Math.min(cohort().size(), asked);
    }

    /** The most updates that a round may have. */
    int roundSize() {
        return target(Integer.MAX_VALUE);
    }

    /** Numbers the draws of an asynchronous run, in which a round has several. */
    int nextAsking() {
        askings++;
        return askings;
    }

    /** Who works on which version, if that is not the same for all. */
    AtWork atWork() {
        return atWork;
    }

    /** Whether enough clients serve it. */
    Quorum quorum() {
        return quorum;
    }

    /** What became of clients in the rounds that are published. */
    ClientHistories histories() {
        return histories;
    }

    /** Goes on where the run was. */
    void recovered(Recovery recovery) {
        modelVersion = recovery.version();
        recovery.earlier()
                .forEach(
                        receipt ->
                                histories.record(
                                        receipt.clientId(),
                                        receipt.round(),
                                        receipt.trainLoss(),
                                        Double.NaN));
        int open = recovery.last() == null ? 0 : recovery.last().start().round();
        // The newest is recorded again once it is evaluated.
        recovery.history().stream().filter(round -> round.round() < open).forEach(this::recall);
        time.recovered(recovery.history());
        metrics().recovered(recovery.history());
    }

    private void recall(RoundMetrics round) {
        history.add(round);
        metrics().measured(round);
        boolean central = round.accuracy() != null || round.loss() != null;
        stop.recall(
                central ? round.accuracy() : round.federatedAccuracy(),
                central ? round.loss() : round.federatedLoss());
    }

    /** Numbers of events go on. */
    void eventsUpTo(long sequence) {
        eventCount = sequence;
    }

    /** The newest events, newest last. */
    List<RunEvent> events() {
        return List.copyOf(events);
    }

    /** Watches for the end that the run file asks for. */
    StopMonitor stop() {
        return stop;
    }

    /** Why the run shall stop; null while nobody asked for it. */
    @Nullable String stopReason() {
        return stopReason;
    }

    void requestStop(String reason) {
        if (stopReason == null) {
            stopReason = reason;
        }
    }
}
