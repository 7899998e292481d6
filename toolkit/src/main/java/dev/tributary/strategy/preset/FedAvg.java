package dev.tributary.strategy.preset;

import dev.tributary.data.Options;
import dev.tributary.strategy.Strategy;
import dev.tributary.strategy.StrategyFactory;

/**
 * FedAvg: the mean of the updates, weighted by examples, is added to the model (McMahan et al.,
 * "Communication-Efficient Learning of Deep Networks from Decentralized Data", 2017).
 */
public final class FedAvg implements StrategyFactory {

    /** For the service loader. */
    public FedAvg() {}

    @Override
    public String name() {
        return "fedavg";
    }

    @Override
    public Strategy create(double serverLearningRate, Options options) {
        return Strategy.fedAvg(serverLearningRate);
    }
}
