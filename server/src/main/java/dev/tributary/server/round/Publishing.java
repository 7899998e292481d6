package dev.tributary.server.round;

import dev.tributary.protocol.RunStatus;
import dev.tributary.server.database.RoundEnd;

import org.jspecify.annotations.Nullable;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Waits until clients can fetch the new model. Version {@code n} is the model after round n.
 *
 * <p>Order of effects: the model's file is on disk before the round is closed in the database; the
 * round is closed before any client hears of the model, and before the updates that made it are
 * deleted. So a server that is killed anywhere here folds the same updates into the same model.
 */
final class Publishing implements Phase {
    private final Round round;
    private final DiskPause pause = new DiskPause();
    private CompletableFuture<String> publication;
    private @Nullable CompletableFuture<Void> closing;

    private Publishing(Round round, CompletableFuture<String> publication) {
        this.round = round;
        this.publication = publication;
    }

    static Phase start(Run run, Round round) {
        return new Publishing(round, run.watch(run.model().publish(round.number())));
    }

    @Override
    public Phase advance(Run run) {
        if (!publication.isDone()) {
            return this;
        }
        Optional<String> failure = Failed.causeOf(publication);
        if (failure.isPresent()) {
            if (DiskPause.isCauseOf(publication)) {
                if (pause.over(run, "the model cannot be published: " + failure.get())) {
                    publication = run.watch(run.model().publish(round.number()));
                }
                return this;
            }
            // The model has moved: the same round again would move it twice.
            String message = "the model cannot be published: " + failure.get();
            return Finishing.start(run, round(), RunStatus.State.FAILED, message);
        }
        pause.end(run);
        if (closing == null) {
            closing = close(run, publication.join());
        }
        if (!closing.isDone()) {
            return this;
        }
        Optional<String> notClosed = Failed.causeOf(closing);
        if (notClosed.isPresent()) {
            String message = "the round cannot be closed: " + notClosed.get();
            return Finishing.start(run, round(), RunStatus.State.FAILED, message);
        }
        run.published(round.number());
        round.remember(run.histories());
        // Files are named by the version that was trained: others may yet come of old ones.
        run.model().roundClosed(run.atWork().oldestVersion(round.number()));
        run.metrics().roundCompleted(round.seconds());
        return Evaluating.after(run, round);
    }

    /** A model that has moved is published first. */
    @Override
    public Phase stop(Run run, String reason) {
        return this;
    }

    @Override
    public long wakeNanos() {
        return pause.wakeNanos();
    }

    @Override
    public Optional<Round> current() {
        return Optional.of(round);
    }

    private CompletableFuture<Void> close(Run run, String content) {
        round.published(run);
        return run.watch(
                run.ledger()
                        .close(
                                round.attempt(),
                                new RoundEnd(round.number(), content),
                                round.metrics(run, Measures.NONE)));
    }
}
