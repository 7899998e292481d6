package dev.tributary.server.round;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Waits until the last update is folded and the model has moved. */
final class Aggregating implements Phase {
    private final Round round;
    private final CompletableFuture<Void> step;

    private Aggregating(Round round, CompletableFuture<Void> step) {
        this.round = round;
        this.step = step;
    }

    static Aggregating start(Run run, Round round) {
        return new Aggregating(round, run.watch(run.model().step()));
    }

    @Override
    public Phase advance(Run run) {
        if (!step.isDone()) {
            return this;
        }
        return Failed.causeOf(step)
                .<Phase>map(cause -> Failed.of(run, round, cause))
                .orElseGet(() -> Publishing.start(run, round));
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
