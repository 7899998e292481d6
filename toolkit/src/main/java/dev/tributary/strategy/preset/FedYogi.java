package dev.tributary.strategy.preset;

import dev.tributary.strategy.optimizer.AdaptiveServerOptimizer.Rule;

/**
 * FedYogi: the mean of the updates is the gradient of Yogi on the server (Reddi et al., "Adaptive
 * Federated Optimization", 2021).
 */
public final class FedYogi extends AdaptiveStrategy {

    /** For the service loader. */
    public FedYogi() {
        super("FedYogi", Rule.YOGI);
    }
}
