package dev.tributary.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Activation;
import ai.djl.training.loss.Loss;

import dev.tributary.device.Scalars;

/**
 * The logistic loss of two classes: the mean of {@code log(1 + exp(-s * output))}, where {@code s}
 * is -1 for class 0 and +1 for class 1.
 *
 * <p>Outputs are float32 {@code [batch, 1]} or {@code [batch]}, before the sigmoid; labels are
 * class indices {@code [batch]}, int64 or float32; the result is 0-d. No output is too large for
 * it. Stateless and thread-safe; its accumulators are not supported.
 */
public final class LogisticLoss extends Loss {
    /** The loss. */
    public LogisticLoss() {
        super("LogisticLoss");
    }

    @Override
    public NDArray evaluate(NDList labels, NDList predictions) {
        NDArray output = predictions.singletonOrThrow().flatten();
        // No gradient passes a change of type; labels need none.
        NDArray ones = labels.singletonOrThrow().toType(DataType.FLOAT32, false);
        NDManager manager = ones.getManager();
        NDArray sign = ones.mul(Scalars.of(manager, 2)).sub(Scalars.of(manager, 1));
        return Activation.softPlus(output.mul(sign).neg()).mean();
    }
}
