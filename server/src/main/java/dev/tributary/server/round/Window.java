package dev.tributary.server.round;

import dev.tributary.protocol.RunStatus;
import dev.tributary.server.database.RoundStart;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The time in which an attempt at a round takes updates: it begins when the ledger has been told of
 * it, ends at a deadline, and stands still while the disk is full. Belongs to the coordinator's
 * thread.
 */
final class Window {
    private final Round round;
    private final CompletableFuture<Void> opening;
    private final DiskPause pause = new DiskPause();
    private long deadlineNanos;

    private Window(Run run, Round round, CompletableFuture<Void> opening) {
        this.round = round;
        this.opening = opening;
        beginAnew(run);
    }

    /**
     * A new attempt. Tasks are handed out at once: the ledger keeps its order, so no receipt comes
     * before this.
     */
    static Window open(Run run, Round round) {
        RoundStart start =
                new RoundStart(
                        run.plan().runId(),
                        round.number(),
                        round.attempt(),
                        List.copyOf(round.selected()),
                        run.modelVersion());
        return new Window(run, round, run.watch(run.ledger().open(start)));
    }

    /** Of an attempt that was open when the server was killed. */
    static Window resume(Run run, Round round) {
        return new Window(run, round, CompletableFuture.completedFuture(null));
    }

    /** The whole time once more, from now on. */
    void beginAnew(Run run) {
        deadlineNanos = run.now() + run.cohort().deadline().toNanos();
    }

    long deadlineNanos() {
        return deadlineNanos;
    }

    boolean isOver(Run run) {
        return run.now() >= deadlineNanos;
    }

    /** The end of the run, if the ledger could not be told of the attempt. */
    Optional<Phase> failure(Run run) {
        return Failed.causeOf(opening)
                .map(
                        cause ->
                                Finishing.start(
                                        run,
                                        round.number(),
                                        RunStatus.State.FAILED,
                                        "the round cannot be opened: " + cause));
    }

    /**
     * Whether clients are late because the server had no room for what they sent: then the time
     * waits until there is room, and begins anew, for those at work on old versions too.
     */
    boolean isPaused(Run run) {
        return switch (run.model().shortage()) {
            case NONE -> false;
            case LASTING -> {
                boolean unused = pause.over(run, "there is no room for updates on the disk");
                yield true;
            }
            case OVER -> {
                pause.end(run);
                beginAnew(run);
                run.atWork().extend(deadlineNanos);
                yield true;
            }
        };
    }

    /**
     * When to look again: what is on its way to disk wakes by itself.
     *
     * @param nanos when something is due, if nothing is wrong
     */
    long wakeNanos(long nanos) {
        if (!round.pending().isEmpty()) {
            return RoundClock.NEVER;
        }
        return pause.wakeNanos() == RoundClock.NEVER ? nanos : pause.wakeNanos();
    }
}
