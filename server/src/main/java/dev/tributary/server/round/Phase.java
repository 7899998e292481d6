package dev.tributary.server.round;

import dev.tributary.protocol.ClientPhase;
import dev.tributary.protocol.RoundTask;
import dev.tributary.protocol.RunStatus;

import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Where the run is.
 *
 * <p>A phase looks at the facts and says which phase comes next; whoever makes a phase has done
 * what entering it takes. Belongs to the coordinator's thread.
 */
sealed interface Phase
        permits Waiting,
                Selecting,
                Collecting,
                Buffering,
                Aggregating,
                Publishing,
                Evaluating,
                Failed,
                Finishing,
                Ended {

    /** The phase that the facts ask for: this one if nothing is to be done yet. */
    Phase advance(Run run);

    /** Somebody wants the run to stop: the phase that does so, this one if it cannot yet. */
    default Phase stop(Run run, String reason) {
        return Finishing.start(run, round(), RunStatus.State.STOPPED, reason);
    }

    /** The round, from 1; 0 before the first. */
    default int round() {
        return current().map(Round::number).orElse(0);
    }

    /** When to look again even if nothing happens. */
    default long wakeNanos() {
        return RoundClock.NEVER;
    }

    /** The client is about to hear of its task: the last chance to give it another. */
    default void beforeTask(String client, Run run) {}

    /** What a client shall do now; asking changes nothing. */
    default Optional<RoundTask> taskFor(String client, Run run) {
        return Optional.empty();
    }

    /** The clients that may get a task in this phase. */
    default Collection<String> audience(Run run) {
        return List.of();
    }

    /** Whether more clients have work to do since this was asked last. */
    default boolean hired() {
        return false;
    }

    /** The attempt at a round that updates count in; empty outside of rounds. */
    default Optional<Round> current() {
        return collecting();
    }

    /** The attempt at a round that takes updates now; empty if none does. */
    default Optional<Round> collecting() {
        return Optional.empty();
    }

    /** Whether updates are accepted. */
    default boolean collects() {
        return collecting().isPresent();
    }

    /** The client cannot do its task of this phase: nobody waits for it. */
    default void decline(String client) {
        collecting().ifPresent(round -> round.decline(client));
    }

    /** The client has gone, and may come back. */
    default void leave(String client) {
        collecting().ifPresentOrElse(round -> round.leave(client), () -> decline(client));
    }

    /** A client that has gone is back. */
    default void comeBack(String client) {
        collecting().ifPresent(round -> round.comeBack(client));
    }

    /** Whether too few clients serve the run for a round to be made. */
    default boolean waits() {
        return false;
    }

    /** What displays show. */
    default RunStatus.State state() {
        return waits() ? RunStatus.State.WAITING : RunStatus.State.RUNNING;
    }

    /** Why the run ended or what it waits for. */
    default String message(Run run) {
        String round = "round %d of %d".formatted(round(), run.plan().config().rounds());
        return waits() ? round + ": " + run.quorum().message(run) : round;
    }

    /** What cannot be written, so that the run pauses; empty if it does not. */
    default Optional<String> pause() {
        return Optional.empty();
    }

    /** A client's task in this run. */
    static RoundTask task(
            RoundTask.Kind kind, String client, Run run, int round, long deadlineNanos) {
        return task(kind, client, run, round, run.modelVersion(), deadlineNanos);
    }

    private static RoundTask task(
            RoundTask.Kind kind,
            String client,
            Run run,
            int round,
            int version,
            long deadlineNanos) {
        RunPlan plan = run.plan();
        long millis = Math.max(0, (deadlineNanos - run.now()) / 1_000_000);
        return new RoundTask(
                kind,
                plan.runId(),
                round,
                version,
                run.histories().lastRound(client),
                plan.model(),
                plan.layout().hash(),
                plan.strategy().training(plan.config().training()),
                plan.strategy().objective(),
                plan.config().seed(),
                millis);
    }

    /** The task of a client that trains a version which need not be the newest. */
    static RoundTask training(String client, Run run, int version, long deadlineNanos) {
        return task(RoundTask.Kind.TRAIN, client, run, version + 1, version, deadlineNanos);
    }

    /** Clients that have not delivered are given up until they are heard of again. */
    static void giveUp(Run run, Collection<String> clients) {
        for (String id : clients) {
            run.clients().find(id).ifPresent(client -> client.enter(ClientPhase.DROPPED));
        }
    }
}
