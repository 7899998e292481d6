package dev.tributary.server.round;

import dev.tributary.protocol.RoundMetrics;
import dev.tributary.server.database.Receipt;

import org.jspecify.annotations.Nullable;

/**
 * What an attempt at a round costs and how it goes: time, bytes, and updates that do not count.
 * Belongs to the coordinator's thread.
 */
final class RoundFigures {
    private final long startNanos;
    private final long bytesUpBefore;
    private final long bytesDownBefore;
    private int rejected;
    private int discarded;
    private double seconds;
    private @Nullable RoundMetrics stored;

    /** From now on. */
    RoundFigures(Run run) {
        this.startNanos = run.now();
        this.bytesUpBefore = run.metrics().bytesUp();
        this.bytesDownBefore = run.metrics().bytesDown();
    }

    long startNanos() {
        return startNanos;
    }

    /** An update was wrong. */
    void reject() {
        rejected++;
    }

    /** An update was late, or one too many. */
    void discard() {
        discarded++;
    }

    /** The model is out. */
    void published(Run run) {
        seconds = run.secondsSince(startNanos);
    }

    /** From the beginning until the model was out. */
    double seconds() {
        return seconds;
    }

    /** Before the server was killed, the round closed with these. */
    void restore(RoundMetrics metrics) {
        stored = metrics;
    }

    /** The line of the round whose figures these are. */
    RoundMetrics metrics(Round round, Run run, Measures measures) {
        if (stored != null) {
            return stored.withEvaluation(
                            measures.accuracy(),
                            measures.loss(),
                            measures.federatedAccuracy(),
                            measures.federatedLoss(),
                            measures.seconds())
                    .withMeasures(measures.more(), measures.federatedMore());
        }
        return new RoundMetrics(
                        round.number(),
                        round.number(),
                        round.selected().size(),
                        round.accepted(),
                        rejected,
                        discarded,
                        trainLoss(round),
                        measures.accuracy(),
                        measures.loss(),
                        measures.federatedAccuracy(),
                        measures.federatedLoss(),
                        run.metrics().bytesUp() - bytesUpBefore,
                        run.metrics().bytesDown() - bytesDownBefore,
                        seconds,
                        measures.seconds())
                .withMeasures(measures.more(), measures.federatedMore());
    }

    private static @Nullable Double trainLoss(Round round) {
        double examples = 0;
        double sum = 0;
        for (Receipt receipt : round.receipts()) {
            examples += receipt.exampleCount();
            sum += receipt.exampleCount() * receipt.trainLoss();
        }
        double mean = sum / examples;
        return Double.isFinite(mean) ? mean : null;
    }
}
