package dev.tributary.strategy;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;

import dev.tributary.aggregate.Aggregator;
import dev.tributary.parameters.ParameterLayout;

/**
 * Knows which updates a round's aggregator can take, whichever others come.
 *
 * <p>Asks an empty aggregator of one element whether it would take the update with the weight of a
 * whole round of its like. Opened and closed on the thread that owns the device; {@link #fits}
 * reads only what never changes, on any thread.
 */
public final class OverflowGuard implements AutoCloseable {
    private final NDManager manager;
    private final Aggregator empty;

    /**
     * @param device the aggregator's
     * @param strategy whose aggregator is asked
     */
    public OverflowGuard(Device device, Strategy strategy) {
        this(NDManager.newBaseManager(device), strategy);
    }

    /**
     * @param manager handed over, also where this throws
     */
    OverflowGuard(NDManager manager, Strategy strategy) {
        this.manager = manager;
        ParameterLayout layout = ParameterLayout.builder().trainable("any", 1).build();
        try {
            empty = strategy.aggregator().apply(manager, layout);
        } catch (RuntimeException e) {
            manager.close();
            throw e;
        }
    }

    /**
     * Whether an update fits beside so many others like it, without any risk of overflow.
     *
     * <p>The answer does not depend on which updates are in: what counts in a round must not depend
     * on who comes first.
     *
     * @param magnitude the update's largest absolute value
     * @param weight its weight
     * @param count updates in a round, at most
     */
    public boolean fits(float magnitude, double weight, int count) {
        // One more than there can be, for the rounding of each.
        return empty.fits(magnitude, weight * (count + 1.0));
    }

    @Override
    public void close() {
        empty.close();
        manager.close();
    }
}
