package dev.tributary.server.round;

import dev.tributary.protocol.RunStatus;
import dev.tributary.server.database.RoundEnd;
import dev.tributary.server.store.ModelVersion;

import org.jspecify.annotations.Nullable;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Waits until clients can fetch the new model. Version {@code n} is the model after round n.
 *
 * <p>Order of effects: all receipts of a round are on disk before its model is published; the
 * model's file is forced to disk before the round is closed in the database; the round is closed
 * before a receipt of the next one is written, and before the updates that made the model are
 * deleted. Clients of a full round need not wait for the closing, nor for the disk: a server that
 * is killed before it folds the same updates into the very same model again. In a round that is not
 * full another update could count then, so nobody hears of its model before it is closed.
 */
final class Publishing implements Phase {
    private final Round round;
    private final DiskPause pause = new DiskPause();
    private CompletableFuture<ModelVersion> publication;
    private @Nullable CompletableFuture<Void> closing;

    private Publishing(Round round, CompletableFuture<ModelVersion> publication) {
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
            return Finishing.keepUpdates(run, round, RunStatus.State.FAILED, message);
        }
        pause.end(run);
        if (closing == null) {
            closing = close(run, publication.join());
        }
        if (!round.complete() && !closing.isDone()) {
            return this;
        }
        Optional<String> unclosed = Failed.causeOf(closing);
        if (unclosed.isPresent()) {
            String message = "the round cannot be closed: " + unclosed.get();
            return Finishing.keepUpdates(run, round, RunStatus.State.FAILED, message);
        }
        run.published(round.number());
        run.closes(closing);
        round.remember(run.histories());
        run.metrics().roundCompleted(round.figures().seconds());
        return Evaluating.after(run, round);
    }

    /** A model that has moved is published first, if disk and database take it. */
    @Override
    public Phase stop(Run run, String reason) {
        boolean waits = closing != null && !closing.isDone() && run.ledger().isStuck();
        return waits || DiskPause.isCauseOf(publication)
                ? Finishing.keepUpdates(
                        run,
                        round,
                        RunStatus.State.STOPPED,
                        "%s; round %d stays open: its model cannot be published"
                                .formatted(reason, round.number()))
                : this;
    }

    @Override
    public long wakeNanos() {
        return pause.wakeNanos();
    }

    @Override
    public Optional<String> pause() {
        return pause.why();
    }

    @Override
    public Optional<Round> current() {
        return Optional.of(round);
    }

    private CompletableFuture<Void> close(Run run, ModelVersion model) {
        round.figures().published(run);
        RoundEnd end = new RoundEnd(round.number(), model.entity());
        // Files are named by the version that was trained: others may yet come of old ones.
        int needless = run.atWork().oldestVersion(round.number());
        return run.watch(
                run.ledger()
                        .close(
                                round.attempt(),
                                end,
                                round.figures().metrics(round, run, Measures.NONE),
                                model,
                                round.receipts())
                        .thenRun(() -> run.model().roundClosed(needless)));
    }
}
