package dev.tributary.strategy.preset;

import dev.tributary.data.Options;
import dev.tributary.strategy.Strategy;
import dev.tributary.strategy.StrategyFactory;
import dev.tributary.strategy.optimizer.AdaptiveServerOptimizer.Rule;

import java.util.Map;

/**
 * FedYogi: the mean of the updates is the gradient of Yogi on the server (Reddi et al., "Adaptive
 * Federated Optimization", 2021).
 */
public final class FedYogi implements StrategyFactory {

    /** For the service loader. */
    public FedYogi() {}

    @Override
    public String name() {
        return "fedyogi";
    }

    @Override
    public String description() {
        return "Yogi on the server (Reddi et al., 2021)";
    }

    @Override
    public Map<String, String> options() {
        return AdaptiveStrategy.options(Rule.YOGI);
    }

    @Override
    public Strategy create(double serverLearningRate, Options options) {
        return AdaptiveStrategy.of("FedYogi", Rule.YOGI, serverLearningRate, options);
    }
}
