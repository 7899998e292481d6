package dev.tributary.strategy.preset;

import dev.tributary.aggregate.robust.NormClipping;
import dev.tributary.data.Options;
import dev.tributary.strategy.Strategy;
import dev.tributary.strategy.StrategyFactory;

import java.util.Map;

/** The mean, weighted by examples, of updates that are clipped to a norm: {@link NormClipping}. */
public final class NormClippingStrategy implements StrategyFactory {
    private static final String NORM = "norm";

    /** For the service loader. */
    public NormClippingStrategy() {}

    @Override
    public String name() {
        return "norm-clipping";
    }

    @Override
    public String description() {
        return "the mean of updates clipped to a norm (Sun et al., 2019)";
    }

    @Override
    public Map<String, String> options() {
        return RobustStrategy.options(Map.of(NORM, "the longest update, in the L2 norm; required"));
    }

    @Override
    public Strategy create(double serverLearningRate, Options options) {
        return RobustStrategy.of(
                "NormClipping",
                new NormClipping(RobustStrategy.positive(options, NORM)),
                serverLearningRate,
                options);
    }
}
