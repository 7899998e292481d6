package dev.tributary.strategy;

import dev.tributary.data.Options;
import dev.tributary.objective.DittoObjective;
import dev.tributary.objective.LocalObjectiveFactory;

import java.util.Map;

/**
 * Ditto: FedAvg, and beside it a personal model for each client, held to the global one (Li et al.,
 * "Ditto: Fair and Robust Federated Learning Through Personalization", 2021).
 */
public final class Ditto implements StrategyFactory {
    private static final LocalObjectiveFactory CLIENT = new DittoObjective.Factory();

    /** For the service loader. */
    public Ditto() {}

    @Override
    public String name() {
        return "ditto";
    }

    @Override
    public String description() {
        return "a model of its own for each client (Li et al., 2021)";
    }

    @Override
    public Map<String, String> options() {
        return CLIENT.options();
    }

    @Override
    public Strategy create(double serverLearningRate, Options options) {
        return Strategy.fedAvg(serverLearningRate)
                .withObjective("Ditto", ObjectiveParts.spec(CLIENT, options));
    }
}
