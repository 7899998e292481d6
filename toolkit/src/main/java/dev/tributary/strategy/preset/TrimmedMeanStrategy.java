package dev.tributary.strategy.preset;

import dev.tributary.aggregate.robust.TrimmedMean;
import dev.tributary.data.Options;
import dev.tributary.strategy.Strategy;
import dev.tributary.strategy.StrategyFactory;

import java.util.Map;

/** The mean of each coordinate without its extremes: {@link TrimmedMean}. */
public final class TrimmedMeanStrategy implements StrategyFactory {

    /** For the service loader. */
    public TrimmedMeanStrategy() {}

    @Override
    public String name() {
        return "trimmed-mean";
    }

    @Override
    public String description() {
        return "the mean of each coordinate without its extremes (Yin et al., 2018)";
    }

    @Override
    public Map<String, String> options() {
        return RobustStrategy.byzantineOptions(Map.of());
    }

    @Override
    public Strategy create(double serverLearningRate, Options options) {
        return RobustStrategy.of(
                "TrimmedMean",
                new TrimmedMean(RobustStrategy.byzantine(options)),
                serverLearningRate,
                options);
    }
}
