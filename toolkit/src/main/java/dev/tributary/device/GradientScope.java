package dev.tributary.device;

import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;

/**
 * Switches the recording of gradients on or off for the current thread, and back on close.
 *
 * <p>DJL's own collector is one per process: a second thread that opens it fails. The engine's
 * switch is per thread, so this scope lets any number of trainers work side by side. A thread that
 * the engine has not seen before starts with recording on, hence every task that touches arrays
 * opens {@link #off()} first. Use with try-with-resources, on one thread.
 */
public final class GradientScope implements AutoCloseable {
    private final boolean before;

    private GradientScope(boolean recording) {
        NativeStack.engine();
        before = JniUtils.isGradMode();
        JniUtils.setGradMode(recording);
    }

    /** Operations on arrays that require gradients are recorded until close. */
    public static GradientScope recording() {
        return new GradientScope(true);
    }

    /** Nothing is recorded until close; parameters may be changed in place. */
    public static GradientScope off() {
        return new GradientScope(false);
    }

    /**
     * Computes the gradients of a scalar with respect to all arrays that require them.
     *
     * <p>They add to the gradients that those arrays already hold.
     *
     * @param loss a 0-d array recorded in this scope
     */
    public void backward(NDArray loss) {
        try (NDArray one = loss.onesLike()) {
            backward(loss, one);
        }
    }

    /**
     * Computes the gradients of the sum over an array times factors, as {@link #backward(NDArray)}.
     *
     * @param loss an array recorded in this scope
     * @param factors float32, of the same shape and on the same device
     */
    public void backward(NDArray loss, NDArray factors) {
        JniUtils.backward((PtNDArray) loss, (PtNDArray) factors, false, false);
    }

    /** Restores what was in force when the scope was opened. */
    @Override
    public void close() {
        JniUtils.setGradMode(before);
    }
}
