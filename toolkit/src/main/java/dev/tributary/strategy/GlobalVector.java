package dev.tributary.strategy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

import dev.tributary.aggregate.Aggregator;
import dev.tributary.device.GradientScope;
import dev.tributary.device.NativeStack;
import dev.tributary.parameters.FlatParameters;
import dev.tributary.parameters.HostVector;
import dev.tributary.parameters.ParameterKind;
import dev.tributary.parameters.ParameterLayout;
import dev.tributary.strategy.optimizer.ServerOptimizer;
import dev.tributary.strategy.optimizer.ServerRound;

import org.jspecify.annotations.Nullable;

import java.io.IOException;

/**
 * The global model on its device, with the parts of a strategy that act on it: updates are folded,
 * then the model takes a step.
 *
 * <p>The server optimizer moves trainables, and what is exchanged beside the model. Statistics
 * follow the mean of the clients', and counters their maximum.
 *
 * <p>An aggregator that keeps updates keeps copies in a temporary file, as many as a round has.
 *
 * <p>Device memory: the model, the aggregator's sum, the optimizer's state, and, while the model
 * moves, one more model. One call at a time; a caller that hands it from thread to thread makes
 * sure that each sees what the one before has done.
 */
public final class GlobalVector implements AutoCloseable {
    private static final long FINITE_CHECK_CHUNK = 1 << 22;

    private final ParameterLayout layout;
    private final NDManager manager;
    private final NDArray flat;
    private final Aggregator aggregator;
    private final OverflowGuard guard;
    private final ServerOptimizer optimizer;
    private final GlobalStep step;
    private final @Nullable UpdateFile kept;

    /**
     * A model of zeros.
     *
     * @param device where it is
     * @param layout its layout, and that of all updates
     * @param strategy how updates meet and the model moves
     */
    public GlobalVector(Device device, ParameterLayout layout, Strategy strategy) {
        this.layout = layout;
        NativeStack.engine();
        manager = NDManager.newBaseManager(device);
        try (GradientScope off = GradientScope.off()) {
            flat = manager.zeros(new Shape(layout.size()), DataType.FLOAT32);
            aggregator = strategy.aggregator().apply(manager, layout);
            guard = new OverflowGuard(manager.newSubManager(), strategy);
            optimizer =
                    strategy.serverOptimizer().open(manager, layout.size(ParameterKind.TRAINABLE));
            step = new GlobalStep(layout, optimizer, strategy.updateForm());
            kept = aggregator.keepsUpdates() ? new UpdateFile() : null;
        } catch (RuntimeException e) {
            // All that is there by now belongs to it.
            manager.close();
            throw e;
        }
    }

    /** The layout of the model and of every update. */
    public ParameterLayout layout() {
        return layout;
    }

    /**
     * The model itself, float32 {@code [layout().size()]}: write the initial parameters there.
     * Owned by this object until close; it moves in {@link #step} only.
     */
    public NDArray flat() {
        return flat;
    }

    /** Owns what is on the device; for leak checks. */
    public NDManager manager() {
        return manager;
    }

    /** As {@link OverflowGuard#fits}; any thread. */
    public boolean fits(float magnitude, double weight, int count) {
        return guard.fits(magnitude, weight, count);
    }

    /**
     * Adds an update to those of this round.
     *
     * @param update {@code [layout().size()]}, trained minus received; read, never kept: an
     *     aggregator that keeps updates gets a copy in a temporary file
     * @param magnitude an upper bound of its absolute values
     * @param weight relative weight, finite and positive; usually the example count
     * @throws IllegalArgumentException if it does not fit beside the others; nothing has changed
     *     then
     * @throws IOException if it cannot be read; {@link #reset} before going on
     */
    public void fold(HostVector update, float magnitude, double weight) throws IOException {
        aggregator.accumulate(kept == null ? update : kept.copy(update), magnitude, weight);
    }

    /**
     * Moves the model by the updates of this round, and forgets them.
     *
     * @param clients how many there are in the federation
     * @return whether the model is finite; one that is not must not be used
     * @throws IllegalStateException if there are fewer updates than the aggregator needs
     */
    public boolean step(int clients) {
        return step(clients, GlobalStep.WHOLE);
    }

    /**
     * As {@link #step(int)}, a part of the way: where models are mixed.
     *
     * @param part as in {@link GlobalStep#move}
     */
    public boolean step(int clients, double part) {
        try (GradientScope off = GradientScope.off();
                NDManager scope = manager.newSubManager()) {
            optimizer.begin(new ServerRound(clients, aggregator));
            NDArray update = aggregator.finish(scope);
            step.move(0, flat, update, part);
        }
        boolean finite = finite();
        if (finite) {
            try (GradientScope off = GradientScope.off()) {
                aggregator.next();
            }
        }
        reset();
        return finite;
    }

    /** Forgets the updates of this round. */
    public void reset() {
        aggregator.reset();
        if (kept != null) {
            kept.clear();
        }
    }

    /** Whether the model holds neither infinity nor NaN. */
    public boolean finite() {
        for (long from = 0; from < layout.size(); from += FINITE_CHECK_CHUNK) {
            long to = Math.min(from + FINITE_CHECK_CHUNK, layout.size());
            try (GradientScope off = GradientScope.off();
                    NDArray view = FlatParameters.slice(flat, from, to)) {
                if (!GlobalStep.finite(view)) {
                    return false;
                }
            }
        }
        return true;
    }

    /** Frees the device memory. */
    @Override
    public void close() {
        optimizer.close();
        guard.close();
        aggregator.close();
        manager.close();
        if (kept != null) {
            kept.close();
        }
    }
}
