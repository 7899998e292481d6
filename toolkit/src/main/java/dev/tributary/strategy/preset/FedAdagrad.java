package dev.tributary.strategy.preset;

import dev.tributary.data.Options;
import dev.tributary.strategy.Strategy;
import dev.tributary.strategy.StrategyFactory;
import dev.tributary.strategy.optimizer.AdaptiveServerOptimizer.Rule;

import java.util.Map;

/**
 * FedAdagrad: the mean of the updates is the gradient of Adagrad on the server (Reddi et al.,
 * "Adaptive Federated Optimization", 2021).
 */
public final class FedAdagrad implements StrategyFactory {

    /** For the service loader. */
    public FedAdagrad() {}

    @Override
    public String name() {
        return "fedadagrad";
    }

    @Override
    public String description() {
        return "Adagrad on the server (Reddi et al., 2021)";
    }

    @Override
    public Map<String, String> options() {
        return AdaptiveStrategy.options(Rule.ADAGRAD);
    }

    @Override
    public Strategy create(double serverLearningRate, Options options) {
        return AdaptiveStrategy.of("FedAdagrad", Rule.ADAGRAD, serverLearningRate, options);
    }
}
