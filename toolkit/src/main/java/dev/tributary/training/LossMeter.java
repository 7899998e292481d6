package dev.tributary.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

/**
 * Adds up batch losses on the device, in float64, and is read once.
 *
 * <p>Batch losses are means. All batches but one have the same size, so two sums suffice and no
 * step multiplies or synchronizes.
 */
final class LossMeter {
    private final int batchSize;
    private final NDArray wholeBatches;
    private final NDArray lastBatch;
    private long lastSize;

    LossMeter(NDManager scope, int batchSize) {
        this.batchSize = batchSize;
        this.wholeBatches = scope.zeros(new Shape(), DataType.FLOAT64);
        this.lastBatch = scope.zeros(new Shape(), DataType.FLOAT64);
    }

    void add(NDArray meanLoss, long size) {
        if (size == batchSize) {
            wholeBatches.addi(meanLoss);
        } else {
            lastBatch.addi(meanLoss);
            lastSize = size;
        }
    }

    /** The sum of the losses of all examples; waits for the device. */
    double sum() {
        return wholeBatches.getDouble() * batchSize + lastBatch.getDouble() * lastSize;
    }
}
