package dev.tributary.training;

import ai.djl.ndarray.NDArray;

import org.jspecify.annotations.Nullable;

/**
 * What makes another objective of a loss: each step adds {@code mu * (w - anchor) + shift} to the
 * gradient, before clipping. In other words, the client minimizes {@code F(w) + mu / 2 * |w -
 * anchor|^2 + <shift, w>}; reported losses are those of {@code F}.
 *
 * <p>FedProx is an anchor at the received model, SCAFFOLD a shift, FedDyn both.
 *
 * @param mu how strongly the weights are held to the anchor, at least 0 and finite
 * @param anchor float32 on the trainer's device, beginning with the trainables; read, and not
 *     changed while training lasts; null for none
 * @param shift the same; null for none
 */
public record GradientCorrection(double mu, @Nullable NDArray anchor, @Nullable NDArray shift) {
    /** Nothing is added. */
    public static final GradientCorrection NONE = new GradientCorrection(0, null, null);

    /** Checks the range. */
    public GradientCorrection {
        Ranges.notNegative("mu", mu);
    }

    /** {@code mu * (w - anchor)}. */
    public static GradientCorrection pull(double mu, NDArray anchor) {
        return new GradientCorrection(mu, anchor, null);
    }

    /** {@code shift}, whatever the weights. */
    public static GradientCorrection push(NDArray shift) {
        return new GradientCorrection(0, null, shift);
    }
}
