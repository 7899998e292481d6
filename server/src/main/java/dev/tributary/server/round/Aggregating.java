package dev.tributary.server.round;

import dev.tributary.protocol.RunStatus;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Waits until the last update is folded and the model has moved. */
final class Aggregating implements Phase {
    private final Round round;
    private final DiskPause pause = new DiskPause();
    private CompletableFuture<Void> step;

    private Aggregating(Round round, CompletableFuture<Void> step) {
        this.round = round;
        this.step = step;
    }

    /** The round before is closed by now, since this one opened after that. */
    static Phase start(Run run, Round round) {
        return new Aggregating(round, run.watch(run.model().step(run.federation(round))));
    }

    @Override
    public Phase advance(Run run) {
        if (!step.isDone()) {
            return this;
        }
        Optional<String> failure = Failed.causeOf(step);
        if (failure.isEmpty()) {
            pause.end(run);
            return Publishing.start(run, round);
        }
        if (!DiskPause.isCauseOf(step)) {
            return Failed.of(run, round, failure.get());
        }
        if (pause.over(run, "the new model cannot be written: " + failure.get())) {
            step = run.watch(run.model().step(run.federation(round)));
        }
        return this;
    }

    @Override
    public long wakeNanos() {
        return pause.wakeNanos();
    }

    /** A model that has moved is published first, if there is room for it. */
    @Override
    public Phase stop(Run run, String reason) {
        return DiskPause.isCauseOf(step)
                ? Finishing.keepUpdates(
                        run,
                        round,
                        RunStatus.State.STOPPED,
                        "%s; round %d stays open: there is no room for the new model"
                                .formatted(reason, round.number()))
                : this;
    }

    @Override
    public Optional<String> pause() {
        return pause.why();
    }

    @Override
    public Optional<Round> current() {
        return Optional.of(round);
    }
}
