package dev.tributary.training;

import ai.djl.ndarray.NDArray;

import org.jspecify.annotations.Nullable;

/**
 * What makes another objective of a loss: each step adds {@code mu * (w - anchor) + shift} to the
 * gradient, and multiplies the sum by a mask, before clipping. In other words, the client minimizes
 * {@code F(w) + mu / 2 * |w - anchor|^2 + <shift, w>}; reported losses are those of {@code F}.
 *
 * <p>FedProx is an anchor at the received model, SCAFFOLD a shift, FedDyn both; FedRep masks what
 * is not its turn.
 *
 * @param mu how strongly the weights are held to the anchor, at least 0 and finite
 * @param anchor float32 on the trainer's device, beginning with the trainables; read, and not
 *     changed while training lasts; null for none
 * @param shift the same; null for none
 * @param mask the same, 1 where weights move and 0 where they do not; null for all of them. Weight
 *     decay does not heed it
 */
public record GradientCorrection(
        double mu, @Nullable NDArray anchor, @Nullable NDArray shift, @Nullable NDArray mask) {
    /** Nothing is changed. */
    public static final GradientCorrection NONE = new GradientCorrection(0, null, null);

    /** Checks the range. */
    public GradientCorrection {
        Ranges.notNegative("mu", mu);
    }

    /** Without a mask. */
    public GradientCorrection(double mu, @Nullable NDArray anchor, @Nullable NDArray shift) {
        this(mu, anchor, shift, null);
    }

    /** {@code mu * (w - anchor)}. */
    public static GradientCorrection pull(double mu, NDArray anchor) {
        return new GradientCorrection(mu, anchor, null);
    }

    /** {@code shift}, whatever the weights. */
    public static GradientCorrection push(NDArray shift) {
        return new GradientCorrection(0, null, shift);
    }

    /** The loss alone, and only some weights move. */
    public static GradientCorrection only(NDArray mask) {
        return new GradientCorrection(0, null, null, mask);
    }
}
