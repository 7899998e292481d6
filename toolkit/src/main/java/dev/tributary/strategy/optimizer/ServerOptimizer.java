package dev.tributary.strategy.optimizer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

import java.util.Optional;

/**
 * Moves the global model's trainable parameters by the aggregate of a round.
 *
 * <p>Statistics and counters are never given to it. The order of a step is {@link #begin}, {@link
 * #step} range by range, {@link #stepAuxiliary} range by range. Belongs to the thread that owns the
 * device.
 */
public interface ServerOptimizer extends AutoCloseable {

    /** Opens the optimizer of one run. */
    @FunctionalInterface
    interface Factory {
        /**
         * Opens it, as before the first round.
         *
         * @param manager the device's; owns the state until the optimizer is closed
         * @param trainables how many parameters it moves
         */
        ServerOptimizer open(NDManager manager, long trainables);
    }

    /**
     * A step begins, before its ranges come.
     *
     * @param round what the step is about; its aggregate can be read during the call only
     */
    default void begin(ServerRound round) {}

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

    /**
     * Moves a range of what is exchanged beside the model; comes after all trainables of the step.
     * By default the mean of the updates is added.
     *
     * @param from position of the first element among what is auxiliary
     * @param auxiliaries float32 {@code [n]}; changed
     * @param update float32 {@code [n]}, of the aggregate; may be changed
     */
    default void stepAuxiliary(long from, NDArray auxiliaries, NDArray update) {
        auxiliaries.addi(update);
    }

    /**
     * All that it remembers from step to step, as one vector: a copy of it, written back into a new
     * optimizer of the same kind, makes that go on exactly where this one is.
     *
     * @return float32 {@code [k * n]}, the state itself and not a copy, owned by this optimizer;
     *     empty if it remembers nothing
     */
    default Optional<NDArray> state() {
        return Optional.empty();
    }

    /** Frees the state. */
    @Override
    void close();
}
