package dev.tributary.strategy.optimizer;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

import dev.tributary.device.GradientScope;

/**
 * {@code w += serverLearningRate * update}: FedAvg's server with a rate of 1, without state.
 *
 * @param serverLearningRate finite and positive
 */
public record ServerSgd(double serverLearningRate) implements ServerOptimizer {

    /** Checks the rate. */
    public ServerSgd {
        if (!(serverLearningRate > 0) || Double.isInfinite(serverLearningRate)) {
            throw new IllegalArgumentException(
                    "server learning rate: expected a finite positive number, found "
                            + serverLearningRate);
        }
    }

    @Override
    public void step(long from, NDArray trainables, NDArray update) {
        try (GradientScope off = GradientScope.off();
                NDManager scope = trainables.getManager().newSubManager(Device.cpu())) {
            if (serverLearningRate != 1) {
                update.muli(scope.create((float) serverLearningRate));
            }
            trainables.addi(update);
        }
    }

    @Override
    public void close() {
        // Holds nothing.
    }
}
