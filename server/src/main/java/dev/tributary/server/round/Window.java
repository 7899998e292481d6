package dev.tributary.server.round;

import dev.tributary.protocol.RunStatus;
import dev.tributary.server.database.RoundStart;
import dev.tributary.server.store.Shortage;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The time in which an attempt at a round takes updates: it begins when the ledger has been told of
 * it, ends at a deadline, and stands still while the disk is full or the database is away. Belongs
 * to the coordinator's thread.
 */
final class Window {
    private final Round round;
    private CompletableFuture<Void> opening;
    private final DiskPause pause = new DiskPause();
    private long deadlineNanos;

    /** Whether it has stood still since it began last. */
    private boolean stood;

    private Window(Run run, Round round, CompletableFuture<Void> opening) {
        this.round = round;
        this.opening = opening;
        // An outage that is over by now took no time from this attempt.
        Shortage unused = run.ledger().shortage();
        beginAnew(run);
    }

    /**
     * A new attempt. Tasks are handed out at once: the ledger keeps its order, so no receipt comes
     * before this.
     */
    static Window open(Run run, Round round) {
        return new Window(run, round, tell(run, round));
    }

    private static CompletableFuture<Void> tell(Run run, Round round) {
        RoundStart start =
                new RoundStart(
                        run.plan().runId(),
                        round.number(),
                        round.attempt(),
                        List.copyOf(round.asked()),
                        run.modelVersion());
        return run.watch(run.ledger().open(start));
    }

    /** Of an attempt that was open when the server was killed. */
    static Window resume(Run run, Round round) {
        return new Window(run, round, CompletableFuture.completedFuture(null));
    }

    /** One more client is asked in this attempt, which the ledger is told, and has all the time. */
    void handOn(Run run) {
        opening = tell(run, round);
        beginAnew(run);
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
     * Whether clients are late because the server could not take what they sent, for want of room
     * or of its database, which may not even have the attempt: then the time waits until it can,
     * and begins anew, for those at work on old versions too.
     */
    boolean isPaused(Run run) {
        Shortage disk = run.model().shortage();
        Shortage ledger = run.ledger().shortage();
        if (disk == Shortage.LASTING || ledger == Shortage.LASTING || !opening.isDone()) {
            stood = true;
            String why =
                    disk == Shortage.LASTING
                            ? "there is no room for updates on the disk"
                            : run.ledger().obstacle().orElse("the database cannot be written");
            boolean unused = pause.over(run, why);
            return true;
        }
        if (!stood && disk == Shortage.NONE && ledger == Shortage.NONE) {
            return false;
        }
        stood = false;
        pause.end(run);
        beginAnew(run);
        run.atWork().extend(deadlineNanos);
        return true;
    }

    /** Why it stands still, if it does. */
    Optional<String> pause() {
        return pause.why();
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
