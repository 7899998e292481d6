package dev.tributary.strategy.preset;

import dev.tributary.objective.FedRepObjective;

/**
 * FedRep: a representation that all share, and a head for each client, trained in turn (Collins et
 * al., "Exploiting Shared Representations for Personalized Federated Learning", 2021).
 */
public final class FedRep extends PersonalizedFedAvg {

    /** For the service loader. */
    public FedRep() {
        super("FedRep", new FedRepObjective.Factory());
    }
}
