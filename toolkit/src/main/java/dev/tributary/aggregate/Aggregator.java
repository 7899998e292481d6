package dev.tributary.aggregate;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

import dev.tributary.parameters.HostVector;
import dev.tributary.parameters.ParameterLayout;

import java.io.IOException;

/**
 * Folds the updates of a cohort into one.
 *
 * <p>Life: {@link #accumulate} for each update, {@link #finish} once at least one is in, {@link
 * #reset} for the next round, {@link #close} at the end. Belongs to one thread, which owns the
 * device.
 */
public interface Aggregator extends AutoCloseable {

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
     * Adds one client's update.
     *
     * <p>All counts with its weight, but counters do not.
     *
     * @param update {@code [layout.size()]}: trained minus received; read, never kept unless the
     *     kind of aggregator says so
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
     * @throws IllegalStateException if no update is in
     */
    void finish(long from, NDArray target);

    /**
     * The aggregate of all updates.
     *
     * @param scope owns the result
     * @return float32 {@code [layout.size()]} on the scope's device
     * @throws IllegalStateException if no update is in
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

    /** Forgets all updates. */
    void reset();

    /** Frees the device memory. */
    @Override
    void close();
}
