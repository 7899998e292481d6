package dev.tributary.strategy;

import dev.tributary.data.Options;
import dev.tributary.objective.LocalLayersObjective;
import dev.tributary.objective.LocalObjectiveFactory;

import java.util.Map;

/**
 * FedBN: the layers of BatchNorm stay with each client (Li et al., "FedBN: Federated Learning on
 * Non-IID Features via Local Batch Normalization", 2021).
 */
public final class FedBn implements StrategyFactory {
    private static final LocalObjectiveFactory CLIENT = new LocalLayersObjective.FedBn();

    /** For the service loader. */
    public FedBn() {}

    @Override
    public String name() {
        return "fedbn";
    }

    @Override
    public String description() {
        return "BatchNorm stays local (Li et al., 2021)";
    }

    @Override
    public Map<String, String> options() {
        return CLIENT.options();
    }

    @Override
    public Strategy create(double serverLearningRate, Options options) {
        return Strategy.fedAvg(serverLearningRate)
                .withObjective("FedBN", ObjectiveParts.spec(CLIENT, options));
    }
}
