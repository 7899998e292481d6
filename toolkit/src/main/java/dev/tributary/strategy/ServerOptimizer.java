package dev.tributary.strategy;

import ai.djl.ndarray.NDArray;

/**
 * Moves the global model's trainable parameters by the aggregate of a round.
 *
 * <p>Statistics and counters are never given to it. Belongs to the thread that owns the device.
 */
public interface ServerOptimizer extends AutoCloseable {

    /**
     * Takes a range of one step in place: the model need not be anywhere as a whole.
     *
     * <p>The ranges of a step come in order, without gaps, from 0 to the end.
     *
     * @param from position of the first element
     * @param trainables float32 {@code [n]}, that range of the global model's; changed
     * @param update float32 {@code [n]}, of the aggregate, trained minus received; may be changed
     */
    void step(long from, NDArray trainables, NDArray update);

    /** Takes one step in place, all of it. */
    default void step(NDArray trainables, NDArray update) {
        step(0, trainables, update);
    }

    /** Frees the state. */
    @Override
    void close();
}
