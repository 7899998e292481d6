package dev.tributary.strategy.preset;

import dev.tributary.aggregate.robust.Krum;
import dev.tributary.data.Options;
import dev.tributary.strategy.Strategy;
import dev.tributary.strategy.StrategyFactory;

import java.util.Map;

/** The update that is nearest to its neighbours: {@link Krum}. */
public final class KrumStrategy implements StrategyFactory {

    /** For the service loader. */
    public KrumStrategy() {}

    @Override
    public String name() {
        return "krum";
    }

    @Override
    public String description() {
        return "the update nearest to its neighbours (Blanchard et al., 2017)";
    }

    @Override
    public Map<String, String> options() {
        return RobustStrategy.byzantineOptions(Map.of());
    }

    @Override
    public Strategy create(double serverLearningRate, Options options) {
        return RobustStrategy.of(
                "Krum", new Krum(RobustStrategy.byzantine(options)), serverLearningRate, options);
    }
}
