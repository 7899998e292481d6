package dev.tributary.config;

import java.util.Map;

/**
 * Which algorithm folds the updates into the global model.
 *
 * @param name the strategy's name; default {@code fedavg}
 * @param serverLearningRate the factor on the averaged update, finite and positive; default 1
 * @param options the strategy's own settings, checked by itself; default none; copied
 */
public record StrategyConfig(String name, double serverLearningRate, Map<String, String> options) {
    static final Setting<String> NAME = Setting.name("strategy.name");
    static final Setting<Double> SERVER_LEARNING_RATE =
            Setting.positive("strategy.server-learning-rate");

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if one is left
     */
    public StrategyConfig {
        NAME.check(name);
        SERVER_LEARNING_RATE.check(serverLearningRate);
        options = Setting.options("strategy.options", options);
    }

    /** Federated averaging (McMahan et al., 2017): the weighted mean is the new model. */
    public static StrategyConfig fedAvg() {
        return new StrategyConfig("fedavg", 1, Map.of());
    }
}
