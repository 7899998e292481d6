package dev.tributary.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Activation;
import ai.djl.training.loss.Loss;

import dev.tributary.device.Scalars;

/**
 * The logistic loss of several labels, each of which applies or not: the mean over labels and
 * examples of {@code log(1 + exp(-s * output))}, {@code s} being +1 for a label that applies and -1
 * for one that does not.
 *
 * <p>Outputs are float32 {@code [batch, labels]}, before the sigmoid. An example's class is the set
 * of its labels, as a number: bit {@code j} says whether label {@code j} applies, so there are
 * {@code 2^labels} classes. Given are these, int64 or float32 {@code [batch]}, or their {@link
 * #bits}; the result is 0-d. No output is too large for it. Stateless and thread-safe; its
 * accumulators are not supported.
 */
public final class MultiLabelLoss extends Loss {
    /** So many labels at most: a set of them is exact as float32, and is read by people. */
    public static final int MAX_LABELS = 20;

    private final int labels;

    /**
     * The loss.
     *
     * @param labels how many there are, 1 to {@value #MAX_LABELS}
     */
    public MultiLabelLoss(int labels) {
        super("MultiLabelLoss");
        if (labels < 1 || labels > MAX_LABELS) {
            throw new IllegalArgumentException(
                    "labels: expected 1 to %d, found %d".formatted(MAX_LABELS, labels));
        }
        this.labels = labels;
    }

    /**
     * How many labels such a number of classes stands for.
     *
     * @return 0 if it is none of 2, 4, 8, ... {@code 2^}{@value #MAX_LABELS}
     */
    public static int labelsOf(int classCount) {
        boolean power = classCount > 1 && Integer.bitCount(classCount) == 1;
        int labels = Integer.numberOfTrailingZeros(classCount);
        return power && labels <= MAX_LABELS ? labels : 0;
    }

    /** How many labels there are. */
    int labels() {
        return labels;
    }

    /**
     * Which labels apply.
     *
     * @param sets int64 or float32 {@code [batch]}
     * @return float32 {@code [batch, labels]} of 0 and 1, owned by the sets' manager until the
     *     caller closes it
     */
    NDArray bits(NDArray sets) {
        try (NDManager scope = sets.getManager().newSubManager()) {
            NDArray values = sets.duplicate();
            values.attach(scope);
            // Not integers, whose division the engine would not round down.
            values = values.toType(DataType.FLOAT32, false);
            NDArray two = Scalars.of(scope, 2);
            NDList columns = new NDList(labels);
            for (int label = 0; label < labels; label++) {
                NDArray share = Scalars.of(scope, Math.scalb(1.0, -label));
                columns.add(values.mul(share).floor().mod(two));
            }
            NDArray bits = NDArrays.stack(columns, 1);
            // Not detached: a manager of another device would own it then, and make its scalars.
            bits.attach(sets.getManager());
            return bits;
        }
    }

    @Override
    public NDArray evaluate(NDList given, NDList predictions) {
        NDArray sets = given.singletonOrThrow();
        if (sets.getShape().dimension() == 2) {
            return loss(sets, predictions.singletonOrThrow());
        }
        try (NDArray bits = bits(sets)) {
            return loss(bits, predictions.singletonOrThrow());
        }
    }

    private static NDArray loss(NDArray bits, NDArray output) {
        return Activation.softPlus(output).sub(output.mul(bits)).mean();
    }
}
