package dev.tributary.server.command;

import dev.tributary.cli.Evaluations;
import dev.tributary.protocol.RoundMetrics;

import org.jspecify.annotations.Nullable;

import java.util.List;

/** When a run has reached something. */
final class Reached {
    private Reached() {}

    /**
     * The first round that was that accurate; null if none was.
     *
     * @param evaluations which accuracy counts
     */
    static @Nullable RoundMetrics target(
            List<RoundMetrics> history, Evaluations evaluations, double accuracy) {
        for (RoundMetrics round : history) {
            Double measured = evaluations.accuracy(round);
            if (measured != null && measured >= accuracy) {
                return round;
            }
        }
        return null;
    }
}
