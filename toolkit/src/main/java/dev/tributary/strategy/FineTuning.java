package dev.tributary.strategy;

import dev.tributary.data.Options;
import dev.tributary.objective.FineTuningObjective;
import dev.tributary.objective.LocalObjectiveFactory;

import java.util.Map;

/**
 * FedAvg whose clients go on from the global model for themselves before they evaluate it (Wang et
 * al., "Federated Evaluation of On-device Personalization", 2019).
 */
public final class FineTuning implements StrategyFactory {
    private static final LocalObjectiveFactory CLIENT = new FineTuningObjective.Factory();

    /** For the service loader. */
    public FineTuning() {}

    @Override
    public String name() {
        return CLIENT.name();
    }

    @Override
    public String description() {
        return "FedAvg, evaluated before and after local fine-tuning (Wang et al., 2019)";
    }

    @Override
    public Map<String, String> options() {
        return CLIENT.options();
    }

    @Override
    public Strategy create(double serverLearningRate, Options options) {
        return Strategy.fedAvg(serverLearningRate)
                .withObjective("FineTuning", ObjectiveParts.spec(CLIENT, options));
    }
}
