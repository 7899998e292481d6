package dev.tributary.aggregate.robust;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

import dev.tributary.aggregate.Aggregator;
import dev.tributary.parameters.ParameterLayout;

/**
 * How updates meet when some of them may be malicious: one rule on all of an update but its
 * counters.
 *
 * <p>Statistics such as BatchNorm's running mean go by the same rule as trainables, distances
 * included: otherwise they would be an open door. Counters keep their maximum.
 *
 * <p>Implementations are immutable; the {@link RobustAggregator} that each opens keeps the updates
 * and reads them in blocks. Law: the result does not depend on the order in which updates came,
 * since a rule sees them as rows sorted by content.
 */
public interface RobustRule extends Aggregator.Factory {

    /**
     * Looks at the updates of a round, at least {@link #minimum} of them.
     *
     * @return how each range of the aggregate is made of the same range of updates
     */
    Combination prepare(UpdateRows updates);

    /** Whether the aggregate of the round before, zeros at first, is one more row, the last. */
    default boolean remembers() {
        return false;
    }

    @Override
    default Aggregator apply(NDManager manager, ParameterLayout layout) {
        return new RobustAggregator(manager, layout, this);
    }

    /** Makes a range of the aggregate; each element of it depends on that element alone. */
    interface Combination {

        /** Indices of the rows that {@link #combine} wants, in the order in which it does. */
        int[] rows();

        /**
         * Combines one block.
         *
         * @param block float32 {@code [rows().length * n]}, row after row, in a scope of its own;
         *     may be changed
         * @param target float32 {@code [n]}; overwritten
         */
        void combine(NDArray block, NDArray target);
    }
}
