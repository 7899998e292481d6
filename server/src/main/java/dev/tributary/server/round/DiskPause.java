package dev.tributary.server.round;

import dev.tributary.files.DurableFiles;
import dev.tributary.protocol.RunEvent.Level;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * A full disk, or a database that is away, makes the run pause: what could not be written is tried
 * again every second, and nothing is lost meanwhile. Belongs to the coordinator's thread.
 */
final class DiskPause {
    static final Duration BETWEEN = Duration.ofSeconds(1);

    private long againNanos = RoundClock.NEVER;
    private String why = "";

    /** Whether a future has failed because the disk is full. */
    static boolean isCauseOf(CompletableFuture<?> future) {
        return future.isCompletedExceptionally()
                && future.handle((done, failure) -> DurableFiles.saysDiskFull(failure)).join();
    }

    /**
     * Waits for the next attempt.
     *
     * @param what cannot be done, for the log, which has it once
     * @return whether it is time to try again
     */
    boolean over(Run run, String what) {
        if (why.isEmpty()) {
            why = what;
            run.event(Level.ERROR, "the run pauses: " + what);
        }
        if (againNanos == RoundClock.NEVER) {
            againNanos = run.now() + BETWEEN.toNanos();
        }
        if (run.now() < againNanos) {
            return false;
        }
        againNanos = RoundClock.NEVER;
        return true;
    }

    /** What was tried has been done. */
    void end(Run run) {
        if (!why.isEmpty()) {
            why = "";
            againNanos = RoundClock.NEVER;
            run.event(Level.INFO, "the run goes on: what could not be written can be again");
        }
    }

    /** What cannot be done, while that lasts. */
    Optional<String> why() {
        return why.isEmpty() ? Optional.empty() : Optional.of(why);
    }

    /** When the next attempt is due. */
    long wakeNanos() {
        return againNanos;
    }
}
