package dev.tributary.aggregate;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

import dev.tributary.device.GradientScope;
import dev.tributary.parameters.FlatParameters;
import dev.tributary.parameters.HostTransfer;
import dev.tributary.parameters.HostTransfer.ChunkSink;
import dev.tributary.parameters.HostVector;
import dev.tributary.parameters.ParameterKind;
import dev.tributary.parameters.ParameterLayout;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * The weighted mean, accumulated exactly in 64-bit fixed point on the device.
 *
 * <p>Each weighted value is rounded once, to a multiple of 2<sup>-32</sup>, and added as an
 * integer. Integer addition is associative: the result is bit-identical for any order of arrival,
 * any split into partial sums and any retry, and equal on CPU and GPU. The error of the mean is at
 * most {@code count * 2^-32 / totalWeight}, plus one rounding to float32. Overflow is impossible:
 * an update whose bound, added to those of the others, could reach 2<sup>62</sup> does not {@link
 * #fits fit}. With example counts as weights that leaves room for {@code sum(weight * magnitude) <
 * 2^30}.
 *
 * <p>Counters are not averaged: their maximum is kept.
 *
 * <p>Device memory: 8 bytes an element, and a few chunks. Belongs to one thread.
 */
public final class ExactWeightedMean implements Aggregator {
    private static final NDIndex ALL = new NDIndex(":");
    private static final double UNIT = 0x1p32;
    private static final double BOUND = 0x1p62;

    /** Weights are multiples of this, so that their sum is exact too. */
    private static final double WEIGHT_UNIT = 0x1p20;

    private static final long MAX_TOTAL_WEIGHT = 1L << 62;

    /** Values a piece of a sum that was made elsewhere. */
    private static final int WORDS_CHUNK = 1 << 20;

    private final ParameterLayout layout;
    private final NDManager manager;
    private final NDArray sum;
    private final NDArray counters;
    private final Fold fold;
    private double bound;
    private long totalWeight;
    private int count;

    /**
     * @param parent the device's manager; owns this aggregator's memory until {@link #close()}
     * @param layout the layout of every update
     */
    public ExactWeightedMean(NDManager parent, ParameterLayout layout) {
        this(parent, layout, !parent.getDevice().isGpu());
    }

    /** For tests: on the CPU both ways of adding are there, and must agree. */
    ExactWeightedMean(NDManager parent, ParameterLayout layout, boolean onHost) {
        this.layout = layout;
        manager = parent.newSubManager();
        // Counters have a place here too, which is not read: so all else is one range.
        sum = manager.zeros(new Shape(layout.size()), DataType.INT64);
        counters = manager.zeros(new Shape(layout.size(ParameterKind.COUNTER)), DataType.FLOAT32);
        fold = onHost ? new HostFold(sum, manager) : new DeviceFold(sum, manager);
    }

    @Override
    public ParameterLayout layout() {
        return layout;
    }

    @Override
    public boolean fits(float magnitude, double weight) {
        return bound + boundOf(magnitude, weight) < BOUND
                && quantize(weight) < MAX_TOTAL_WEIGHT - totalWeight;
    }

    @Override
    public void accumulate(HostVector update, float magnitude, double weight) throws IOException {
        check(update.size(), magnitude, weight);
        try (GradientScope off = GradientScope.off()) {
            fold.add(update, scaleOf(weight));
            raiseCounters(update, layout.start(ParameterKind.COUNTER));
        }
        tally(magnitude, weight);
    }

    /**
     * Adds one client's update that is on this aggregator's device already; the same bits as from
     * the host.
     *
     * @param update float32 {@code [layout.size()]} on this device, trained minus received; read
     *     only
     * @param magnitude as {@link #accumulate(HostVector, float, double)}
     * @param weight as there
     * @throws IllegalArgumentException as there; nothing has changed then
     */
    public void accumulate(NDArray update, float magnitude, double weight) {
        check(update.size(), magnitude, weight);
        try (GradientScope off = GradientScope.off();
                NDManager scope = manager.newSubManager()) {
            fold.add(update, scaleOf(weight));
            if (counters.size() > 0) {
                long start = layout.start(ParameterKind.COUNTER);
                NDArray found = FlatParameters.slice(update, start, start + counters.size());
                found.attach(scope);
                maximizeCounters(found.duplicate(), scope);
            }
        }
        tally(magnitude, weight);
    }

    /**
     * Adds the updates of another aggregator of the same layout and device, as if they had been
     * accumulated here.
     *
     * @throws IllegalArgumentException if the layouts differ or the sums do not fit; nothing has
     *     changed then
     */
    public void merge(ExactWeightedMean partial) {
        if (!layout.equals(partial.layout)) {
            throw new IllegalArgumentException(
                    "expected partial sums of %s, found %s".formatted(layout, partial.layout));
        }
        if (bound + partial.bound >= BOUND || totalWeight + partial.totalWeight < 0) {
            throw new IllegalArgumentException("the sums of both do not fit together");
        }
        if (partial.count == 0) {
            return;
        }
        try (GradientScope off = GradientScope.off();
                NDManager scope = manager.newSubManager()) {
            sum.addi(partial.sum);
            maximizeCounters(partial.counters.duplicate(), scope);
        }
        bound += partial.bound;
        totalWeight += partial.totalWeight;
        count += partial.count;
    }

    /**
     * What one update adds at most.
     *
     * @param magnitude its largest absolute value
     * @param weight its weight
     */
    public record Share(float magnitude, double weight) {}

    /** No sum of such updates has a larger absolute value, in its unit of 2<sup>-32</sup>. */
    public static double bound(List<Share> shares) {
        double bound = 0;
        for (Share share : shares) {
            bound += boundOf(share.magnitude, share.weight);
        }
        return bound;
    }

    /**
     * Hands all that {@link #accumulateSum} needs to a sink: the sums as little-endian int64, then
     * the largest counters as float32.
     */
    public void export(ChunkSink sink) throws IOException {
        HostTransfer.toHost(sum, sink);
        if (counters.size() > 0) {
            HostTransfer.toHost(counters, sink);
        }
    }

    /**
     * Adds updates that were added elsewhere, as if they had been accumulated here.
     *
     * @param words what {@link #export} wrote, in words of four bytes
     * @param shares one for each update
     * @throws IllegalArgumentException if there are none or they do not fit; nothing has changed
     *     then
     * @throws IOException if it cannot be read; reset before going on
     */
    public void accumulateSum(HostVector words, List<Share> shares) throws IOException {
        long expected = 2 * layout.size() + counters.size();
        if (words.size() != expected || shares.isEmpty()) {
            throw new IllegalArgumentException(
                    "sum: expected %d words of at least one update, found %d of %d"
                            .formatted(expected, words.size(), shares.size()));
        }
        long weight = 0;
        for (Share share : shares) {
            check(layout.size(), share.magnitude, share.weight);
            // Each is below the maximum, so no sum of two overflows.
            weight = Math.min(MAX_TOTAL_WEIGHT, weight + quantize(share.weight));
        }
        if (bound + bound(shares) >= BOUND || weight >= MAX_TOTAL_WEIGHT - totalWeight) {
            throw new IllegalArgumentException("the sums do not fit the accumulator");
        }
        try (GradientScope off = GradientScope.off()) {
            addWords(words);
            if (counters.size() > 0) {
                raiseCounters(words, 2 * layout.size());
            }
        }
        bound += bound(shares);
        totalWeight += weight;
        count += shares.size();
    }

    private void addWords(HostVector words) throws IOException {
        try (NDManager host = manager.newSubManager(Device.cpu())) {
            int chunk = (int) Math.min(WORDS_CHUNK, sum.size());
            NDArray staged = host.zeros(new Shape(chunk), DataType.INT64);
            ByteBuffer bytes = HostTransfer.hostBytes(staged);
            for (long from = 0; from < sum.size(); from += chunk) {
                int length = (int) Math.min(chunk, sum.size() - from);
                words.read(2 * from, bytes.clear().limit(length * Long.BYTES));
                addWords(from, staged, length);
            }
        }
    }

    private void addWords(long from, NDArray staged, int length) {
        try (NDManager scope = staged.getManager().newSubManager();
                NDArray target = FlatParameters.slice(sum, from, from + length)) {
            NDArray part = FlatParameters.slice(staged, 0, length);
            part.attach(scope);
            target.addi(part.toDevice(sum.getDevice(), false));
        }
    }

    @Override
    public int count() {
        return count;
    }

    /** The sum of the weights that are in. */
    public double totalWeight() {
        return totalWeight / WEIGHT_UNIT;
    }

    @Override
    public void finish(long from, NDArray target) {
        if (count == 0) {
            throw new IllegalStateException("expected at least one update, found none");
        }
        long to = from + target.size();
        if (from < 0 || to > layout.size()) {
            throw new IllegalArgumentException(
                    "expected a range within [0, %d), found [%d, %d)"
                            .formatted(layout.size(), from, to));
        }
        if (from == to) {
            return;
        }
        try (GradientScope off = GradientScope.off()) {
            fold.scale(from, 1 / (totalWeight() * UNIT), target);
            long origin = layout.start(ParameterKind.COUNTER);
            long first = Math.max(from, origin);
            long end = Math.min(to, origin + counters.size());
            if (first < end) {
                try (NDArray part = FlatParameters.slice(target, first - from, end - from);
                        NDArray source =
                                FlatParameters.slice(counters, first - origin, end - origin)) {
                    part.set(ALL, source);
                }
            }
        }
    }

    @Override
    public void reset() {
        try (GradientScope off = GradientScope.off()) {
            fold.clear();
            counters.subi(counters);
        }
        bound = 0;
        totalWeight = 0;
        count = 0;
    }

    @Override
    public void close() {
        fold.close();
        manager.close();
    }

    private void tally(float magnitude, double weight) {
        bound += boundOf(magnitude, weight);
        totalWeight += quantize(weight);
        count++;
    }

    private void raiseCounters(HostVector source, long start) throws IOException {
        if (counters.size() == 0) {
            return;
        }
        try (NDManager scope = manager.newSubManager()) {
            NDArray values = scope.zeros(counters.getShape(), DataType.FLOAT32);
            HostTransfer.toDevice(source.from(start, counters.size()), values);
            maximizeCounters(values, scope);
        }
    }

    private void maximizeCounters(NDArray values, NDManager scope) {
        values.attach(scope);
        counters.set(ALL, count == 0 ? values : values.maximum(counters));
    }

    private void check(long size, float magnitude, double weight) {
        if (size != layout.size()) {
            throw new IllegalArgumentException(
                    "update: expected %d elements, found %d".formatted(layout.size(), size));
        }
        if (!(weight > 0) || Double.isInfinite(weight) || quantize(weight) == 0) {
            throw new IllegalArgumentException(
                    "weight: expected a finite number, at least 2^-20, found " + weight);
        }
        if (!fits(magnitude, weight)) {
            throw new IllegalArgumentException(
                    "update: weight %s times magnitude %s does not fit the accumulator"
                            .formatted(weight, magnitude));
        }
    }

    /** An upper bound of one rounded, weighted value; the 1 covers the rounding. */
    private static double boundOf(float magnitude, double weight) {
        return magnitude * weight * UNIT + 1;
    }

    private static double scaleOf(double weight) {
        return quantize(weight) / WEIGHT_UNIT * UNIT;
    }

    private static long quantize(double weight) {
        return Math.round(weight * WEIGHT_UNIT);
    }
}
