package dev.tributary.strategy.preset;

import dev.tributary.data.Options;
import dev.tributary.objective.LocalObjectiveFactory;
import dev.tributary.objective.QFedAvgObjective;
import dev.tributary.strategy.Strategy;
import dev.tributary.strategy.StrategyFactory;
import dev.tributary.strategy.Weighting;
import dev.tributary.strategy.optimizer.AuxiliaryRateServer;
import dev.tributary.strategy.optimizer.ServerSgd;

import java.util.Map;

/**
 * q-FedAvg: clients with larger losses count more, so that clients end up more alike (Li et al.,
 * "Fair Resource Allocation in Federated Learning", 2020).
 */
public final class QFedAvg implements StrategyFactory {
    private static final LocalObjectiveFactory CLIENT = new QFedAvgObjective.Factory();

    /** For the service loader. */
    public QFedAvg() {}

    @Override
    public String name() {
        return CLIENT.name();
    }

    @Override
    public Map<String, String> options() {
        return CLIENT.options();
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
                                        QFedAvgObjective.NORMALIZER,
                                        normalizer -> rate / normalizer))
                .withObjective("q-FedAvg", ObjectiveParts.spec(CLIENT, options))
                .withWeighting(Weighting.UNIFORM);
    }
}
