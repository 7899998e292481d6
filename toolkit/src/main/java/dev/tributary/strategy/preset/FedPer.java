package dev.tributary.strategy.preset;

import dev.tributary.objective.LocalLayersObjective;

/**
 * FedPer: some layers, usually the last, stay with each client (Arivazhagan et al., "Federated
 * Learning with Personalization Layers", 2019).
 */
public final class FedPer extends PersonalizedFedAvg {

    /** For the service loader. */
    public FedPer() {
        super("FedPer", new LocalLayersObjective.FedPer());
    }
}
