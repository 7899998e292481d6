package dev.tributary.strategy.preset;

import dev.tributary.strategy.optimizer.AdaptiveServerOptimizer.Rule;

/**
 * FedAdagrad: the mean of the updates is the gradient of Adagrad on the server (Reddi et al.,
 * "Adaptive Federated Optimization", 2021).
 */
public final class FedAdagrad extends AdaptiveStrategy {

    /** For the service loader. */
    public FedAdagrad() {
        super("FedAdagrad", Rule.ADAGRAD);
    }
}
