package dev.tributary.strategy.preset;

import dev.tributary.aggregate.Aggregator;
import dev.tributary.aggregate.robust.CenteredClipping;
import dev.tributary.data.Options;

import java.util.Map;

/** Updates clipped to a ball around the aggregate of the round before: {@link CenteredClipping}. */
public final class CenteredClippingStrategy extends RobustStrategy {
    private static final String RADIUS = "radius";
    private static final String ITERATIONS = "iterations";

    /** For the service loader. */
    public CenteredClippingStrategy() {
        super(
                "centered-clipping",
                "CenteredClipping",
                Map.of(
                        RADIUS,
                        "of the ball around the last aggregate, in the L2 norm; required",
                        ITERATIONS,
                        "how often the centre moves in a round; 1 by default"));
    }

    @Override
    Aggregator.Factory rule(Options options) {
        return new CenteredClipping(
                positive(options, RADIUS), options.wholeNumber(ITERATIONS, 1, 1, 1000));
    }
}
