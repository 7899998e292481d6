package dev.tributary.strategy;

import dev.tributary.data.Options;
import dev.tributary.objective.ObjectiveSpec;

import java.util.Map;

/**
 * FedNova: clients that take more steps do not count more (Wang et al., "Tackling the Objective
 * Inconsistency Problem in Heterogeneous Federated Optimization", 2020).
 */
public final class FedNova implements StrategyFactory {

    /** For the service loader. */
    public FedNova() {}

    @Override
    public String name() {
        return "fednova";
    }

    @Override
    public String description() {
        return "updates divided by their number of steps (Wang et al., 2020)";
    }

    @Override
    public Map<String, String> options() {
        return Map.of();
    }

    @Override
    public Strategy create(double serverLearningRate, Options options) {
        return Strategy.fedAvg(serverLearningRate)
                .withServerOptimizer(
                        name(),
                        (manager, trainables) -> new FedNovaServer(manager, serverLearningRate))
                .withObjective("FedNova", new ObjectiveSpec(name(), Map.of()));
    }
}
