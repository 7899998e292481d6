package dev.tributary.server.round;

import dev.tributary.protocol.RunEvent.Level;
import dev.tributary.protocol.RunStatus;

import org.jspecify.annotations.Nullable;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * An attempt at a round came to nothing; the round is tried again, from the start, or the run ends.
 */
final class Failed implements Phase {
    private final Round round;
    private final String cause;

    private Failed(Round round, String cause) {
        this.round = round;
        this.cause = cause;
    }

    /** Forgets what the attempt has accepted: its updates count no more. */
    static Failed of(Run run, Round round, String cause) {
        forget(run, round);
        run.metrics().roundFailed();
        return new Failed(round, cause);
    }

    /** What an attempt has accepted counts no more. */
    static void forget(Run run, Round round) {
        run.model().reset();
        for (String id : round.contributors()) {
            run.clients().find(id).ifPresent(client -> client.acceptedNowhere());
        }
    }

    @Override
    public Phase advance(Run run) {
        int attempt = round.attempt() - run.quorum().excused(round);
        int left = run.cohort().attempts() + 1 - attempt;
        String told = "attempt %d at round %d failed: %s".formatted(attempt, round.number(), cause);
        if (left > 0) {
            run.event(Level.WARNING, told + "; " + left + " left");
            return Selecting.again(run, round);
        }
        return Finishing.start(run, round.number(), RunStatus.State.FAILED, told);
    }

    @Override
    public int round() {
        return round.number();
    }

    /** What went wrong, in words; empty if nothing did or the future is not done. */
    static Optional<String> causeOf(@Nullable CompletableFuture<?> future) {
        if (future == null || !future.isCompletedExceptionally()) {
            return Optional.empty();
        }
        try {
            future.join();
            return Optional.empty();
        } catch (CompletionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            String message = cause.getMessage();
            return Optional.of(message == null ? cause.toString() : message);
        }
    }
}
