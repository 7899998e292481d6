package dev.tributary.strategy.preset;

import dev.tributary.objective.LocalLayersObjective;

/**
 * FedBN: the layers of BatchNorm stay with each client (Li et al., "FedBN: Federated Learning on
 * Non-IID Features via Local Batch Normalization", 2021).
 */
public final class FedBn extends PersonalizedFedAvg {

    /** For the service loader. */
    public FedBn() {
        super("FedBN", new LocalLayersObjective.FedBn());
    }
}
