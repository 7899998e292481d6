package dev.tributary.aggregate;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

import dev.tributary.parameters.HostVector;
import dev.tributary.parameters.ParameterLayout;

import java.io.IOException;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * Folds the updates of a cohort into one.
 *
 * <p>Life: {@link #accumulate} for each update, {@link #finish} once enough are in, {@link #next}
 * if the model has moved by the aggregate and {@link #reset} if not, {@link #close} at the end.
 * Belongs to one thread, which owns the device.
 */
public interface Aggregator extends AutoCloseable {

    /** Opens the aggregator of one run. */
    @FunctionalInterface
    interface Factory extends BiFunction<NDManager, ParameterLayout, Aggregator> {
        /**
         * Opens it, empty.
         *
         * @param manager the device's; owns its memory until the aggregator is closed
         * @param layout of every update
         */
        @Override
        Aggregator apply(NDManager manager, ParameterLayout layout);

        /**
         * Whether the aggregate moves along where all updates are moved by one vector: then whole
         * models can be aggregated in the place of differences.
         */
        default boolean movesAlong() {
            return true;
        }

        /** The fewest updates that {@link Aggregator#finish} does with. */
        default UpdateMinimum minimum() {
            return UpdateMinimum.ONE;
        }
    }

    /** The layout of every update. */
    ParameterLayout layout();

    /**
     * Whether an update fits, given those that are in.
     *
     * @param magnitude the update's largest absolute value
     * @param weight its weight
     * @return false if {@link #accumulate} would refuse it for its size
     */
    boolean fits(float magnitude, double weight);

    /**
     * Whether updates must stay as they are, and readable, until {@link #next}, {@link #reset} or
     * {@link #close}: if not, {@link #accumulate} has read all that it needs when it returns. Never
     * changes.
     */
    default boolean keepsUpdates() {
        return false;
    }

    /**
     * Adds one client's update.
     *
     * <p>All counts with its weight, but counters do not.
     *
     * @param update {@code [layout.size()]}: trained minus received; kept if {@link #keepsUpdates}
     * @param magnitude an upper bound of the update's absolute values
     * @param weight relative weight, finite and positive; usually the example count
     * @throws IllegalArgumentException if the weight is not finite and positive, or the update does
     *     not fit; nothing has changed then
     * @throws IOException if the update cannot be read; reset before going on
     */
    void accumulate(HostVector update, float magnitude, double weight) throws IOException;

    /** The number of updates that are in. */
    int count();

    /**
     * A range of the aggregate of all updates; any range, any number of times.
     *
     * <p>So the aggregate of a large model need not be anywhere as a whole.
     *
     * @param from position of the first element
     * @param target float32 {@code [n]} on this aggregator's device, with {@code from + n} at most
     *     {@code layout.size()}; overwritten
     * @throws IllegalStateException if fewer updates are in than it needs, telling how many that is
     * @throws java.io.UncheckedIOException if an update that was kept cannot be read
     */
    void finish(long from, NDArray target);

    /**
     * The aggregate of all updates.
     *
     * @param scope owns the result
     * @return float32 {@code [layout.size()]} on the scope's device
     * @throws IllegalStateException if fewer updates are in than it needs, telling how many that is
     * @throws java.io.UncheckedIOException if an update that was kept cannot be read
     */
    default NDArray finish(NDManager scope) {
        NDArray aggregate = scope.zeros(new Shape(layout().size()), DataType.FLOAT32);
        try {
            finish(0, aggregate);
            return aggregate;
        } catch (RuntimeException e) {
            aggregate.close();
            throw e;
        }
    }

    /**
     * The model has moved by this aggregate: kinds that remember take note of it. Then forgets all
     * updates.
     *
     * @throws java.io.UncheckedIOException if an update that was kept cannot be read; what it
     *     remembers is then of no use
     */
    default void next() {
        reset();
    }

    /**
     * All that it remembers from round to round, as one vector: a copy of it, written back into a
     * new aggregator of the same kind, makes that go on exactly where this one is.
     *
     * @return float32 {@code [k]}, the state itself and not a copy, owned by this aggregator; empty
     *     if it remembers nothing
     */
    default Optional<NDArray> state() {
        return Optional.empty();
    }

    /** Forgets all updates; what it remembers of earlier rounds stays. */
    void reset();

    /** Frees the device memory. */
    @Override
    void close();
}
