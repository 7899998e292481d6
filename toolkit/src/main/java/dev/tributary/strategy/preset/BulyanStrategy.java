package dev.tributary.strategy.preset;

import dev.tributary.aggregate.robust.Bulyan;
import dev.tributary.data.Options;
import dev.tributary.strategy.Strategy;
import dev.tributary.strategy.StrategyFactory;

import java.util.Map;

/** Krum again and again, then the mean of the values near the median: {@link Bulyan}. */
public final class BulyanStrategy implements StrategyFactory {

    /** For the service loader. */
    public BulyanStrategy() {}

    @Override
    public String name() {
        return "bulyan";
    }

    @Override
    public String description() {
        return "Krum, then a mean near the median (El Mhamdi et al., 2018)";
    }

    @Override
    public Map<String, String> options() {
        return RobustStrategy.byzantineOptions(Map.of());
    }

    @Override
    public Strategy create(double serverLearningRate, Options options) {
        return RobustStrategy.of(
                "Bulyan",
                new Bulyan(RobustStrategy.byzantine(options)),
                serverLearningRate,
                options);
    }
}
