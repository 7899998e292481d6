package dev.tributary.strategy.preset;

import dev.tributary.aggregate.robust.CoordinateMedian;
import dev.tributary.data.Options;
import dev.tributary.strategy.Strategy;
import dev.tributary.strategy.StrategyFactory;

import java.util.Map;

/** The median of each coordinate: {@link CoordinateMedian}. */
public final class MedianStrategy implements StrategyFactory {

    /** For the service loader. */
    public MedianStrategy() {}

    @Override
    public String name() {
        return "median";
    }

    @Override
    public String description() {
        return "the median of each coordinate (Yin et al., 2018)";
    }

    @Override
    public Map<String, String> options() {
        return RobustStrategy.options(Map.of());
    }

    @Override
    public Strategy create(double serverLearningRate, Options options) {
        return RobustStrategy.of("Median", new CoordinateMedian(), serverLearningRate, options);
    }
}
