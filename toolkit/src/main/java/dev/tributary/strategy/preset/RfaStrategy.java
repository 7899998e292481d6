package dev.tributary.strategy.preset;

import dev.tributary.aggregate.Aggregator;
import dev.tributary.aggregate.robust.GeometricMedian;
import dev.tributary.data.Options;

import java.util.Map;

/** The geometric median, weighted by examples: {@link GeometricMedian}. */
public final class RfaStrategy extends RobustStrategy {
    private static final String ITERATIONS = "iterations";
    private static final String SMOOTHING = "smoothing";

    /** For the service loader. */
    public RfaStrategy() {
        super(
                "rfa",
                "RFA",
                Map.of(
                        ITERATIONS,
                        "of the Weiszfeld algorithm, at most; 16 by default",
                        SMOOTHING,
                        "the shortest distance that counts as such; 1e-6 by default"));
    }

    @Override
    Aggregator.Factory rule(Options options) {
        return new GeometricMedian(
                options.wholeNumber(ITERATIONS, 16, 1, 1000),
                options.number(SMOOTHING, 1e-6, 1e-30, 1e30));
    }
}
