package dev.tributary.strategy.preset;

import dev.tributary.data.Options;
import dev.tributary.strategy.Strategy;
import dev.tributary.strategy.StrategyFactory;
import dev.tributary.strategy.optimizer.AdaptiveServerOptimizer.Rule;

import java.util.Map;

/**
 * FedAdam: the mean of the updates is the gradient of Adam on the server (Reddi et al., "Adaptive
 * Federated Optimization", 2021).
 */
public final class FedAdam implements StrategyFactory {

    /** For the service loader. */
    public FedAdam() {}

    @Override
    public String name() {
        return "fedadam";
    }

    @Override
    public String description() {
        return "Adam on the server (Reddi et al., 2021)";
    }

    @Override
    public Map<String, String> options() {
        return AdaptiveStrategy.options(Rule.ADAM);
    }

    @Override
    public Strategy create(double serverLearningRate, Options options) {
        return AdaptiveStrategy.of("FedAdam", Rule.ADAM, serverLearningRate, options);
    }
}
