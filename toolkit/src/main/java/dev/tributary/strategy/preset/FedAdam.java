package dev.tributary.strategy.preset;

import dev.tributary.strategy.optimizer.AdaptiveServerOptimizer.Rule;

/**
 * FedAdam: the mean of the updates is the gradient of Adam on the server (Reddi et al., "Adaptive
 * Federated Optimization", 2021).
 */
public final class FedAdam extends AdaptiveStrategy {

    /** For the service loader. */
    public FedAdam() {
        super("FedAdam", Rule.ADAM);
    }
}
