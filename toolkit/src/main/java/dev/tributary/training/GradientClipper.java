package dev.tributary.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

import dev.tributary.device.Scalars;

import java.util.List;

/**
 * Scales gradients down to a global L2 norm, on the device, without waiting for it.
 *
 * <p>As PyTorch's {@code clip_grad_norm_}: all gradients times {@code min(1, limit / (norm +
 * 1e-6))}. DJL's own clipping cuts each element, and only from above.
 */
final class GradientClipper {
    private final NDArray limit;
    private final NDArray one;
    private final NDArray tiny;

    /**
     * @param limit the largest norm
     * @param gradientScale the factor that the gradients already carry
     */
    GradientClipper(NDManager manager, double limit, double gradientScale) {
        this.limit = Scalars.on(manager, limit * gradientScale);
        this.one = Scalars.on(manager, 1);
        this.tiny = Scalars.on(manager, Math.max(Float.MIN_NORMAL, 1e-6 * gradientScale));
    }

    /** Scales in place; intermediate results belong to the step. */
    void clip(List<NDArray> gradients, NDManager step) {
        NDArray squares = step.zeros(new Shape());
        for (NDArray gradient : gradients) {
            NDArray norm = gradient.norm();
            norm.attach(step);
            norm.muli(norm);
            squares.addi(norm);
        }
        NDArray norm = squares.sqrt();
        norm.addi(tiny);
        NDArray ratio = limit.div(norm);
        ratio.attach(step);
        NDArray factor = ratio.minimum(one);
        for (NDArray gradient : gradients) {
            gradient.muli(factor);
        }
    }
}
