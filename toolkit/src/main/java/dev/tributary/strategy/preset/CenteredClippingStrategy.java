package dev.tributary.strategy.preset;

import dev.tributary.aggregate.robust.CenteredClipping;
import dev.tributary.data.Options;
import dev.tributary.strategy.Strategy;
import dev.tributary.strategy.StrategyFactory;

import java.util.Map;

/** Updates clipped to a ball around the aggregate of the round before: {@link CenteredClipping}. */
public final class CenteredClippingStrategy implements StrategyFactory {
    private static final String RADIUS = "radius";
    private static final String ITERATIONS = "iterations";

    /** For the service loader. */
    public CenteredClippingStrategy() {}

    @Override
    public String name() {
        return "centered-clipping";
    }

    @Override
    public String description() {
        return "updates clipped around the last aggregate (Karimireddy et al., 2021)";
    }

    @Override
    public Map<String, String> options() {
        return RobustStrategy.options(
                Map.of(
                        RADIUS,
                        "of the ball around the last aggregate, in the L2 norm; required",
                        ITERATIONS,
                        "how often the centre moves in a round; 1 by default"));
    }

    @Override
    public Strategy create(double serverLearningRate, Options options) {
        double radius = RobustStrategy.positive(options, RADIUS);
        int iterations = options.wholeNumber(ITERATIONS, 1, 1, 1000);
        return RobustStrategy.of(
                "CenteredClipping",
                new CenteredClipping(radius, iterations),
                serverLearningRate,
                options);
    }
}
