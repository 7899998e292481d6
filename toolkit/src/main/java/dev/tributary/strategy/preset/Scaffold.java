package dev.tributary.strategy.preset;

import dev.tributary.data.Options;
import dev.tributary.objective.ObjectiveSpec;
import dev.tributary.strategy.Strategy;
import dev.tributary.strategy.StrategyFactory;
import dev.tributary.strategy.Weighting;
import dev.tributary.strategy.optimizer.ScaffoldServer;

import java.util.Map;

/**
 * SCAFFOLD with option II: clients are steered by control variates, and count alike (Karimireddy et
 * al., "SCAFFOLD: Stochastic Controlled Averaging for Federated Learning", 2020).
 */
public final class Scaffold implements StrategyFactory {

    /** For the service loader. */
    public Scaffold() {}

    @Override
    public String name() {
        return "scaffold";
    }

    @Override
    public Strategy create(double serverLearningRate, Options options) {
        return Strategy.fedAvg(serverLearningRate)
                .withServerOptimizer(
                        name(), (manager, trainables) -> new ScaffoldServer(serverLearningRate))
                .withObjective("SCAFFOLD", new ObjectiveSpec(name(), Map.of()))
                .withWeighting(Weighting.UNIFORM);
    }
}
