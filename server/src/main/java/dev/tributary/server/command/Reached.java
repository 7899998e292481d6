package dev.tributary.server.command;

import dev.tributary.cli.display.Evaluations;
import dev.tributary.protocol.RoundMetrics;

import org.jspecify.annotations.Nullable;

import java.util.List;

/** When a run has reached something. */
final class Reached {
    private Reached() {}

    /**
     * The first round that was that good or better; null if none was.
     *
     * @param evaluations which measure counts, and of which models
     * @param goal of that measure
     */
    static @Nullable RoundMetrics target(
            List<RoundMetrics> history, Evaluations evaluations, double goal) {
        for (RoundMetrics round : history) {
            Double measured = evaluations.headline(round);
            if (measured != null && evaluations.headline().isAsGood(measured, goal)) {
                return round;
            }
        }
        return null;
    }
}
