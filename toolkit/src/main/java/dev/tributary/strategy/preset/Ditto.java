package dev.tributary.strategy.preset;

import dev.tributary.objective.DittoObjective;

/**
 * Ditto: FedAvg, and beside it a personal model for each client, held to the global one (Li et al.,
 * "Ditto: Fair and Robust Federated Learning Through Personalization", 2021).
 */
public final class Ditto extends PersonalizedFedAvg {

    /** For the service loader. */
    public Ditto() {
        super("Ditto", new DittoObjective.Factory());
    }
}
