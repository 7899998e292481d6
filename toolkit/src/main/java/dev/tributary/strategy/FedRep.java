package dev.tributary.strategy;

import dev.tributary.data.Options;
import dev.tributary.objective.FedRepObjective;
import dev.tributary.objective.LocalObjectiveFactory;

import java.util.Map;

/**
 * FedRep: a representation that all share, and a head for each client, trained in turn (Collins et
 * al., "Exploiting Shared Representations for Personalized Federated Learning", 2021).
 */
public final class FedRep implements StrategyFactory {
    private static final LocalObjectiveFactory CLIENT = new FedRepObjective.Factory();

    /** For the service loader. */
    public FedRep() {}

    @Override
    public String name() {
        return CLIENT.name();
    }

    @Override
    public String description() {
        return "a shared body and local heads, trained in turn (Collins et al., 2021)";
    }

    @Override
    public Map<String, String> options() {
        return CLIENT.options();
    }

    @Override
    public Strategy create(double serverLearningRate, Options options) {
        return Strategy.fedAvg(serverLearningRate)
                .withObjective("FedRep", ObjectiveParts.spec(CLIENT, options));
    }
}
