package dev.tributary.strategy.preset;

import dev.tributary.aggregate.robust.GeometricMedian;
import dev.tributary.data.Options;
import dev.tributary.strategy.Strategy;
import dev.tributary.strategy.StrategyFactory;

import java.util.Map;

/** The geometric median, weighted by examples: {@link GeometricMedian}. */
public final class RfaStrategy implements StrategyFactory {
    private static final String ITERATIONS = "iterations";
    private static final String SMOOTHING = "smoothing";

    /** For the service loader. */
    public RfaStrategy() {}

    @Override
    public String name() {
        return "rfa";
    }

    @Override
    public String description() {
        return "the geometric median, weighted by examples (Pillutla et al., 2022)";
    }

    @Override
    public Map<String, String> options() {
        return RobustStrategy.options(
                Map.of(
                        ITERATIONS,
                        "of the Weiszfeld algorithm, at most; 16 by default",
                        SMOOTHING,
                        "the shortest distance that counts as such; 1e-6 by default"));
    }

    @Override
    public Strategy create(double serverLearningRate, Options options) {
        int iterations = options.wholeNumber(ITERATIONS, 16, 1, 1000);
        double smoothing = options.number(SMOOTHING, 1e-6, 1e-30, 1e30);
        return RobustStrategy.of(
                "RFA", new GeometricMedian(iterations, smoothing), serverLearningRate, options);
    }
}
