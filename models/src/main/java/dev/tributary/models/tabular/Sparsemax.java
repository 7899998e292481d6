package dev.tributary.models.tabular;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Activation;

import dev.tributary.device.Scalars;

/**
 * The point of the probability simplex that is nearest to the scores (Martins and Astudillo, 2016):
 * a softmax whose small shares are exactly zero.
 *
 * <p>Its gradient is the paper's: what is in the support shares evenly, what is outside has none.
 */
final class Sparsemax {
    private Sparsemax() {}

    /**
     * Shares that are not negative and have the sum 1 in each row.
     *
     * @param scores float32 or float64 {@code [batch, features]}
     * @return of the same shape, in the scores' manager and in their graph
     */
    static NDArray of(NDArray scores) {
        int[] row = {1};
        NDArray constant = scores.stopGradient();
        NDArray largest = constant.max(row, true);
        // From the largest down, as all that matters is within 1 of it, however large it is.
        NDArray falling = scores.sub(largest);
        NDArray support =
                falling.gt(threshold(constant.sub(largest))).toType(scores.getDataType(), false);
        NDArray one = Scalars.of(scores.getManager(), 1);
        NDArray excess = falling.mul(support).sum(row, true).sub(one).div(support.sum(row, true));
        return Activation.relu(falling.sub(excess));
    }

    /**
     * What is above it belongs to the support, {@code [batch, 1]}: a constant, as the support does
     * not change with the scores but at single points.
     */
    private static NDArray threshold(NDArray scores) {
        NDArray falling = scores.neg().sort(1).neg();
        NDArray rank = scores.getManager().arange(1f, scores.getShape().get(1) + 1f);
        NDArray one = Scalars.of(scores.getManager(), 1);
        NDArray sums = falling.cumSum(1).sub(one);
        NDArray inside = falling.mul(rank).gt(sums).toType(scores.getDataType(), false);
        int[] row = {1};
        NDArray size = inside.sum(row, true);
        return falling.mul(inside).sum(row, true).sub(one).div(size);
    }
}
