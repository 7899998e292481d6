package dev.tributary.strategy.preset;

import dev.tributary.data.DataException;
import dev.tributary.data.Options;
import dev.tributary.objective.FedDynObjective;
import dev.tributary.objective.LocalObjectiveFactory;
import dev.tributary.strategy.Strategy;
import dev.tributary.strategy.StrategyFactory;
import dev.tributary.strategy.Weighting;
import dev.tributary.strategy.optimizer.FedDynServer;

import java.util.Map;

/**
 * FedDyn: the clients' objectives are regularized so that their optima agree; clients count alike
 * (Acar et al., "Federated Learning Based on Dynamic Regularization", 2021).
 */
public final class FedDyn implements StrategyFactory {
    private static final LocalObjectiveFactory CLIENT = new FedDynObjective.Factory();

    /** For the service loader. */
    public FedDyn() {}

    @Override
    public String name() {
        return "feddyn";
    }

    @Override
    public Map<String, String> options() {
        return CLIENT.options();
    }

    @Override
    public Strategy create(double serverLearningRate, Options options) {
        if (serverLearningRate != 1) {
            throw new DataException(
                    "strategy.server-learning-rate: expected 1 with feddyn, found "
                            + serverLearningRate);
        }
        return Strategy.fedAvg(1)
                .withServerOptimizer(name(), FedDynServer::new)
                .withObjective("FedDyn", ObjectiveParts.spec(CLIENT, options))
                .withWeighting(Weighting.UNIFORM);
    }
}
