package dev.tributary.server.command;

import dev.tributary.protocol.RoundMetrics;

import org.jspecify.annotations.Nullable;

import java.util.List;

/** What a run has reached, and when: on the test set where there is one, else by the clients. */
final class Reached {
    private Reached() {}

    static @Nullable Double accuracy(RoundMetrics round) {
        return round.accuracy() != null ? round.accuracy() : round.federatedAccuracy();
    }

    static @Nullable Double loss(RoundMetrics round) {
        return round.loss() != null ? round.loss() : round.federatedLoss();
    }

    /** The first round whose model was that accurate; null if none was. */
    static @Nullable RoundMetrics target(List<RoundMetrics> history, double accuracy) {
        for (RoundMetrics round : history) {
            Double measured = accuracy(round);
            if (measured != null && measured >= accuracy) {
                return round;
            }
        }
        return null;
    }
}
