package dev.tributary.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;

import org.jspecify.annotations.Nullable;

/**
 * Adds up batch losses on the device, in float64, and is read once.
 *
 * <p>All batches but the last have the same size, so two accumulators suffice and a step is one
 * addition; sums and factors are applied when the meter is read.
 */
final class LossMeter {
    private final NDManager scope;
    private final BatchLoss loss;
    private final int batchSize;
    private @Nullable NDArray wholeBatches;
    private @Nullable NDArray lastBatch;
    private long lastSize;

    LossMeter(NDManager scope, BatchLoss loss, int batchSize) {
        this.scope = scope;
        this.loss = loss;
        this.batchSize = batchSize;
    }

    /**
     * Adds a batch.
     *
     * @param value as {@link BatchLoss#value} gave it
     */
    void add(NDArray value, long size) {
        if (size == batchSize) {
            wholeBatches = accumulate(wholeBatches, value);
        } else {
            lastBatch = accumulate(lastBatch, value);
            lastSize = size;
        }
    }

    /** The sum of the losses of all examples; waits for the device. */
    double sum() {
        return sum(wholeBatches, batchSize) + sum(lastBatch, lastSize);
    }

    private NDArray accumulate(@Nullable NDArray sum, NDArray value) {
        if (sum == null) {
            NDArray first = value.toType(DataType.FLOAT64, true);
            first.attach(scope);
            return first;
        }
        sum.addi(value);
        return sum;
    }

    private double sum(@Nullable NDArray values, long size) {
        if (values == null) {
            return 0;
        }
        try (NDArray sum = values.sum()) {
            return sum.toDoubleArray()[0] * loss.factor(size) * size;
        }
    }
}
