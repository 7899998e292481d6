package dev.tributary.strategy.preset;

import dev.tributary.aggregate.robust.MultiKrum;
import dev.tributary.data.Options;
import dev.tributary.strategy.Strategy;
import dev.tributary.strategy.StrategyFactory;

import java.util.Map;

/** The mean of the updates that Krum scores best: {@link MultiKrum}. */
public final class MultiKrumStrategy implements StrategyFactory {
    private static final String CHOOSE = "choose";

    /** For the service loader. */
    public MultiKrumStrategy() {}

    @Override
    public String name() {
        return "multi-krum";
    }

    @Override
    public String description() {
        return "the mean of the updates that Krum scores best (Blanchard et al., 2017)";
    }

    @Override
    public Map<String, String> options() {
        return RobustStrategy.byzantineOptions(
                Map.of(CHOOSE, "updates to average, at most n - byzantine; as many by default"));
    }

    @Override
    public Strategy create(double serverLearningRate, Options options) {
        int chosen = options.wholeNumber(CHOOSE, 0, 0, Integer.MAX_VALUE);
        return RobustStrategy.of(
                "MultiKrum",
                new MultiKrum(RobustStrategy.byzantine(options), chosen),
                serverLearningRate,
                options);
    }
}
