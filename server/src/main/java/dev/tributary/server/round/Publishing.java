package dev.tributary.server.round;

import dev.tributary.protocol.RunStatus;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Waits until clients can fetch the new model. Version {@code n} is the model after round n. */
final class Publishing implements Phase {
    private final Round round;
    private final CompletableFuture<Void> publication;

    private Publishing(Round round, CompletableFuture<Void> publication) {
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
            // The model has moved: the same round again would move it twice.
            String message = "the model cannot be published: " + failure.get();
            return Finishing.start(run, round(), RunStatus.State.FAILED, message);
        }
        run.published(round.number());
        round.published(run);
        run.metrics().roundCompleted(round.seconds());
        return Evaluating.after(run, round);
    }

    /** A model that has moved is published first. */
    @Override
    public Phase stop(Run run, String reason) {
        return this;
    }

    @Override
    public int round() {
        return round.number();
    }

    @Override
    public Optional<Round> current() {
        return Optional.of(round);
    }
}
