package dev.tributary.strategy.preset;

import dev.tributary.data.Options;
import dev.tributary.strategy.Strategy;
import dev.tributary.strategy.StrategyFactory;
import dev.tributary.strategy.optimizer.ServerMomentum;

import java.util.Map;

/**
 * FedAvgM: FedAvg with momentum on the server (Hsu, Qi and Brown, "Measuring the Effects of
 * Non-Identical Data Distribution for Federated Visual Classification", 2019).
 */
public final class FedAvgM implements StrategyFactory {
    private static final String MOMENTUM = "momentum";

    /** For the service loader. */
    public FedAvgM() {}

    @Override
    public String name() {
        return "fedavgm";
    }

    @Override
    public Map<String, String> options() {
        return Map.of(MOMENTUM, "memory of earlier updates, in [0, 1); 0.9 by default");
    }

    @Override
    public Strategy create(double serverLearningRate, Options options) {
        double momentum = options.number(MOMENTUM, 0.9, 0, Math.nextDown(1.0));
        return Strategy.fedAvg(serverLearningRate)
                .withServerOptimizer(
                        "FedAvgM",
                        (manager, trainables) ->
                                new ServerMomentum(
                                        manager, trainables, serverLearningRate, momentum));
    }
}
