package dev.tributary.strategy.preset;

import dev.tributary.objective.FineTuningObjective;

/**
 * FedAvg whose clients go on from the global model for themselves before they evaluate it (Wang et
 * al., "Federated Evaluation of On-device Personalization", 2019).
 */
public final class FineTuning extends PersonalizedFedAvg {

    /** For the service loader. */
    public FineTuning() {
        super("FineTuning", new FineTuningObjective.Factory());
    }
}
