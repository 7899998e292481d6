package dev.tributary.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.training.loss.Loss;

/**
 * The mean error of numbers: squared, or absolute.
 *
 * <p>DJL's own losses multiply by a weight that is a Java number. Of such a number the engine's
 * graph keeps the address alone, and reads it in the backward pass: whatever lies there after the
 * collector has run is then a factor of the gradient. Stateless and thread-safe.
 */
public final class ErrorLoss extends Loss {
    private final boolean squared;

    private ErrorLoss(String name, boolean squared) {
        super(name);
        this.squared = squared;
    }

    /** The mean of {@code (f - y)^2}. */
    public static ErrorLoss squared() {
        return new ErrorLoss("MeanSquaredError", true);
    }

    /** The mean of {@code |f - y|}. */
    public static ErrorLoss absolute() {
        return new ErrorLoss("MeanAbsoluteError", false);
    }

    /**
     * The mean over all numbers.
     *
     * @param labels float32 targets, as many as predictions
     * @param predictions float32, of any shape
     * @return float32, a 0-d array
     */
    @Override
    public NDArray evaluate(NDList labels, NDList predictions) {
        NDArray found = predictions.singletonOrThrow();
        NDArray expected = labels.singletonOrThrow().reshape(found.getShape());
        NDArray error = expected.sub(found);
        return (squared ? error.square() : error.abs()).mean();
    }
}
