package dev.tributary.strategy;

import dev.tributary.data.Options;
import dev.tributary.objective.LocalLayersObjective;
import dev.tributary.objective.LocalObjectiveFactory;

import java.util.Map;

/**
 * FedPer: some layers, usually the last, stay with each client (Arivazhagan et al., "Federated
 * Learning with Personalization Layers", 2019).
 */
public final class FedPer implements StrategyFactory {
    private static final LocalObjectiveFactory CLIENT = new LocalLayersObjective.FedPer();

    /** For the service loader. */
    public FedPer() {}

    @Override
    public String name() {
        return "fedper";
    }

    @Override
    public String description() {
        return "layers that stay local (Arivazhagan et al., 2019)";
    }

    @Override
    public Map<String, String> options() {
        return CLIENT.options();
    }

    @Override
    public Strategy create(double serverLearningRate, Options options) {
        return Strategy.fedAvg(serverLearningRate)
                .withObjective("FedPer", ObjectiveParts.spec(CLIENT, options));
    }
}
