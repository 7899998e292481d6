package dev.tributary.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/**
 * Moves weights by gradients, segment by segment.
 *
 * <p>A segment is a float32 array of any shape: each tensor by itself, or all of a model as one
 * vector. State is kept per segment in the manager given at creation. The order of a step is {@link
 * #beginStep}, then {@link #update} once for each segment. Constants are 0-d arrays made once:
 * DJL's operations on Java numbers make one on each call. Not thread-safe.
 */
sealed interface FlatOptimizer permits SgdOptimizer, AdamOptimizer {

    /**
     * The factor by which gradients must be multiplied before {@link #update} sees them. The
     * backward pass applies it for nothing, a pass over the gradients would not.
     */
    double gradientScale();

    /**
     * Starts the next step.
     *
     * @param step owns its constants, and outlives its updates
     */
    void beginStep(NDManager step);

    /**
     * Moves one segment.
     *
     * @param segment which, from 0
     * @param weights changed in place
     * @param gradient times {@link #gradientScale()}; left with undefined content
     */
    void update(int segment, NDArray weights, NDArray gradient);
}
