package dev.tributary.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Activation;

import dev.tributary.device.Scalars;

/** Which class a classifier's output means. */
final class Predictions {
    private Predictions() {}

    /**
     * The class of each example.
     *
     * @param output float32 {@code [batch, classes]}, or {@code [batch, 1]} for two classes, the
     *     second where the output is positive
     * @return int64 {@code [batch]}, in the output's scope
     */
    static NDArray of(NDArray output) {
        return output.getShape().get(1) == 1
                ? positive(output.flatten()).toType(DataType.INT64, false)
                : output.argMax(1);
    }

    /**
     * The labels that apply to each example: those whose outputs are positive.
     *
     * @param output float32 {@code [batch, labels]}
     * @return float32 {@code [batch]}, sets as numbers whose bits they are, in the output's scope
     */
    static NDArray sets(NDArray output) {
        long labels = output.getShape().get(1);
        NDArray apply = positive(output).toType(DataType.FLOAT32, false);
        NDArray sets = apply.get(new NDIndex(":, 0"));
        for (long label = 1; label < labels; label++) {
            NDArray bit = Scalars.of(output.getManager(), 1 << label);
            sets = sets.add(apply.get(new NDIndex(":, {}", label)).mul(bit));
        }
        return sets;
    }

    /**
     * How probable the second of two classes is.
     *
     * @param output as {@link #of}
     * @return float32 {@code [batch]}, in the output's scope
     */
    static NDArray probability(NDArray output) {
        // The softmax of two is the logistic function of their difference.
        NDArray lead =
                output.getShape().get(1) == 1
                        ? output.flatten()
                        : output.get(new NDIndex(":, 1")).sub(output.get(new NDIndex(":, 0")));
        return Activation.sigmoid(lead);
    }

    private static NDArray positive(NDArray output) {
        return output.gt(Scalars.of(output.getManager(), 0));
    }
}
