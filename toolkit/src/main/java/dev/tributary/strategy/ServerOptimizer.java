package dev.tributary.strategy;

import ai.djl.ndarray.NDArray;

/**
 * Moves the global model's trainable parameters by the aggregate of a round.
 *
 * <p>Statistics and counters are never given to it. Belongs to the thread that owns the device.
 */
public interface ServerOptimizer extends AutoCloseable {

    /**
     * Takes one step in place.
     *
     * @param trainables float32 {@code [n]}, the global model's; changed
     * @param update float32 {@code [n]}, the aggregate, trained minus received; may be changed
     */
    void step(NDArray trainables, NDArray update);

    /** Frees the state. */
    @Override
    void close();
}
