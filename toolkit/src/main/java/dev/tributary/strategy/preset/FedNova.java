package dev.tributary.strategy.preset;

import dev.tributary.data.Options;
import dev.tributary.objective.FedNovaObjective;
import dev.tributary.objective.ObjectiveSpec;
import dev.tributary.strategy.Strategy;
import dev.tributary.strategy.StrategyFactory;
import dev.tributary.strategy.optimizer.AuxiliaryRateServer;
import dev.tributary.strategy.optimizer.ServerSgd;

import java.util.Map;

/**
 * FedNova: clients that take more steps do not count more (Wang et al., "Tackling the Objective
 * Inconsistency Problem in Heterogeneous Federated Optimization", 2020). The server's step is
 * {@code w += serverLearningRate * tau_eff * sum(p_k d_k / a_k)} with {@code tau_eff = sum(p_k
 * a_k)}; both sums are means of what clients send.
 */
public final class FedNova implements StrategyFactory {

    /** For the service loader. */
    public FedNova() {}

    @Override
    public String name() {
        return "fednova";
    }

    @Override
    public Strategy create(double serverLearningRate, Options options) {
        double rate = new ServerSgd(serverLearningRate).serverLearningRate();
        return Strategy.fedAvg(rate)
                .withServerOptimizer(
                        name(),
                        (manager, trainables) ->
                                new AuxiliaryRateServer(
                                        manager,
                                        FedNovaObjective.STEPS,
                                        steps -> rate * steps * FedNovaObjective.UNIT))
                .withObjective("FedNova", new ObjectiveSpec(name(), Map.of()));
    }
}
