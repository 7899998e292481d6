package dev.tributary.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.training.loss.Loss;

/**
 * Softmax cross-entropy against class indices: the mean of {@code -log softmax(output)[label]}.
 *
 * <p>The same number as DJL's {@link Loss#softmaxCrossEntropyLoss()} in fewer operations, which
 * counts when batches are small. Outputs are float32 {@code [batch, classes]} before softmax;
 * labels are int64 {@code [batch]}; the result is 0-d. Stateless and thread-safe; its accumulators
 * are not supported.
 */
public final class SparseCrossEntropy extends Loss {
    /** The loss. */
    public SparseCrossEntropy() {
        super("SparseCrossEntropy");
    }

    @Override
    public NDArray evaluate(NDList labels, NDList predictions) {
        NDArray column = labels.singletonOrThrow().expandDims(1);
        return predictions.singletonOrThrow().logSoftmax(1).gather(column, 1).mean().neg();
    }
}
