package dev.tributary.aggregate.robust;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

import dev.tributary.aggregate.Aggregator;
import dev.tributary.device.GradientScope;
import dev.tributary.parameters.FlatParameters;
import dev.tributary.parameters.HostVector;
import dev.tributary.parameters.ParameterKind;
import dev.tributary.parameters.ParameterLayout;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Keeps the updates of a round where they are, in files, and folds them by a {@link RobustRule}
 * when all are in, block by block.
 *
 * <p>Memory: none for an update but its place and its hash; on the device a few blocks, and one
 * vector if the rule remembers the aggregate before. Belongs to one thread.
 */
final class RobustAggregator implements Aggregator {
    private static final double LEAST_WEIGHT = 0x1p-20;

    private final ParameterLayout layout;
    private final RobustRule rule;
    private final NDManager manager;
    private final long columns;
    private final @Nullable NDArray previous;
    private final List<KeptUpdate> kept = new ArrayList<>();

    /** The updates that are in, sorted, and how they meet; null if one came since. */
    private @Nullable UpdateRows rows;

    private RobustRule.@Nullable Combination combination;

    /**
     * @param parent the device's manager; owns this aggregator's memory until {@link #close()}
     * @param layout the layout of every update
     * @param rule how they meet
     */
    RobustAggregator(NDManager parent, ParameterLayout layout, RobustRule rule) {
        this.layout = layout;
        this.rule = rule;
        this.columns = columns(layout);
        this.manager = parent.newSubManager();
        this.previous =
                rule.remembers() ? manager.zeros(new Shape(columns), DataType.FLOAT32) : null;
    }

    /**
     * What a rule sees: all but counters.
     *
     * @throws IllegalArgumentException if something is exchanged beside the model: what a rule
     *     leaves out of the model would still be in there
     */
    static long columns(ParameterLayout layout) {
        long auxiliaries = layout.size(ParameterKind.AUXILIARY);
        if (auxiliaries > 0) {
            throw new IllegalArgumentException(
                    "expected updates of the model alone, found %d auxiliary elements beside it"
                            .formatted(auxiliaries));
        }
        return layout.start(ParameterKind.COUNTER);
    }

    @Override
    public ParameterLayout layout() {
        return layout;
    }

    @Override
    public boolean keepsUpdates() {
        return true;
    }

    /** Sums are those of float64 and no larger than the largest update: any finite one fits. */
    @Override
    public boolean fits(float magnitude, double weight) {
        return Float.isFinite(magnitude) && Double.isFinite(weight);
    }

    @Override
    public void accumulate(HostVector update, float magnitude, double weight) throws IOException {
        if (update.size() != layout.size()) {
            throw new IllegalArgumentException(
                    "update: expected %d elements, found %d"
                            .formatted(layout.size(), update.size()));
        }
        if (!(weight >= LEAST_WEIGHT) || Double.isInfinite(weight)) {
            throw new IllegalArgumentException(
                    "weight: expected a finite number, at least 2^-20, found " + weight);
        }
        if (!Float.isFinite(magnitude)) {
            throw new IllegalArgumentException(
                    "magnitude: expected a finite number, found " + magnitude);
        }
        kept.add(KeptUpdate.of(update, weight));
        rows = null;
        combination = null;
    }

    @Override
    public int count() {
        return kept.size();
    }

    @Override
    public void finish(long from, NDArray target) {
        long to = from + target.size();
        if (from < 0 || to > layout.size()) {
            throw new IllegalArgumentException(
                    "expected a range within [0, %d), found [%d, %d)"
                            .formatted(layout.size(), from, to));
        }
        prepare();
        try (GradientScope off = GradientScope.off()) {
            long end = Math.min(to, columns);
            if (from < end) {
                try (NDArray part = FlatParameters.slice(target, 0, end - from)) {
                    requireNonNull(rows).combine(requireNonNull(combination), from, part);
                }
            }
            long first = Math.max(from, columns);
            if (first < to) {
                try (NDArray part = FlatParameters.slice(target, first - from, to - from)) {
                    requireNonNull(rows).maximum(first, part);
                }
            }
        }
    }

    @Override
    public void next() {
        if (previous != null) {
            prepare();
            try (GradientScope off = GradientScope.off()) {
                // In place: a block of the aggregate needs that block of the one before alone.
                requireNonNull(rows).combine(requireNonNull(combination), 0, previous);
            }
        }
        reset();
    }

    @Override
    public Optional<NDArray> state() {
        return Optional.ofNullable(previous);
    }

    @Override
    public void reset() {
        kept.clear();
        rows = null;
        combination = null;
    }

    @Override
    public void close() {
        manager.close();
    }

    private void prepare() {
        rule.minimum().require(kept.size());
        if (combination == null) {
            try (GradientScope off = GradientScope.off()) {
                UpdateRows sorted = new UpdateRows(manager, kept, previous, columns);
                combination = rule.prepare(sorted);
                rows = sorted;
            }
        }
    }
}
