package dev.tributary.data;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How numbers are distributed, in buckets whose borders grow by 2 %: Masson, Rim and Lee,
 * "DDSketch: A Fast and Fully-Mergeable Quantile Sketch with Relative-Error Guarantees" (2019).
 *
 * <p>Law: the sketch of numbers together is the sum of the sketches of any parts, exactly. A
 * quantile is within 1 % of the true one. Immutable and thread-safe.
 *
 * @param counts by bucket: 0 for zero, {@code k} for numbers in {@code (g^(k - 37301), g^(k -
 *     37300)]} where {@code g = 1.01 / 0.99}, {@code -k} for the same below zero; sorted, copied
 */
public record QuantileSketch(SortedMap<Integer, Long> counts) {
    /** Of no numbers. */
    public static final QuantileSketch NONE = new QuantileSketch(Collections.emptySortedMap());

    private static final double ACCURACY = 0.01;
    private static final double GROWTH = (1 + ACCURACY) / (1 - ACCURACY);
    private static final double LOG_GROWTH = StrictMath.log(GROWTH);

    /** From the upper end of a bucket to the number that is as far from both ends in proportion. */
    private static final double LOG_MIDDLE = StrictMath.log((GROWTH + 1) / 2);

    /** Float64 begins at 2^-1074, which is above the growth to the power of -37,300. */
    private static final int OFFSET = 37_300;

    private static final int LARGEST = 2 * OFFSET;

    /**
     * Copies, and checks that buckets and counts are possible.
     *
     * @throws DataException if they are not
     */
    public QuantileSketch {
        counts = Collections.unmodifiableSortedMap(new TreeMap<>(counts));
        counts.forEach(
                (bucket, count) -> {
                    if (Math.abs((long) bucket) > LARGEST || count < 1) {
                        throw new DataException(
                                "quantile sketch: expected counts of buckets from %d to %d, found %d:%d"
                                        .formatted(-LARGEST, LARGEST, bucket, count));
                    }
                });
        requireCountable(counts);
    }

    private static void requireCountable(SortedMap<Integer, Long> counts) {
        try {
            long unused = total(counts);
        } catch (ArithmeticException e) {
            throw new DataException(
                    "quantile sketch: expected at most %d numbers, found more"
                            .formatted(Long.MAX_VALUE),
                    e);
        }
    }

    private static long total(SortedMap<Integer, Long> counts) {
        return counts.values().stream().reduce(0L, Math::addExact);
    }

    /** Of finite numbers. */
    public static QuantileSketch of(double... values) {
        SortedMap<Integer, Long> counts = new TreeMap<>();
        for (double value : values) {
            counts.merge(bucket(value), 1L, Long::sum);
        }
        return new QuantileSketch(counts);
    }

    /** Of both together. */
    public QuantileSketch plus(QuantileSketch other) {
        SortedMap<Integer, Long> sum = new TreeMap<>(counts);
        other.counts.forEach((bucket, count) -> sum.merge(bucket, count, Math::addExact));
        return new QuantileSketch(sum);
    }

    /** How many numbers. */
    public long count() {
        return total(counts);
    }

    /**
     * The number below which that part of all numbers lies, within 1 %.
     *
     * @param part in [0, 1]: 0.5 for the median
     * @return NaN if there is no number
     */
    public double quantile(double part) {
        double rank = part * (count() - 1);
        long below = 0;
        for (Map.Entry<Integer, Long> entry : counts.entrySet()) {
            below += entry.getValue();
            if (below > rank) {
                return value(entry.getKey());
            }
        }
        return Double.NaN;
    }

    private static int bucket(double value) {
        if (value == 0) {
            return 0;
        }
        int place = (int) Math.ceil(StrictMath.log(Math.abs(value)) / LOG_GROWTH);
        int bucket = Math.max(1, Math.min(LARGEST, place + OFFSET));
        return value > 0 ? bucket : -bucket;
    }

    private static double value(int bucket) {
        if (bucket == 0) {
            return 0;
        }
        double logarithm = (Math.abs(bucket) - OFFSET) * LOG_GROWTH - LOG_MIDDLE;
        return Math.signum(bucket) * Math.min(Double.MAX_VALUE, StrictMath.exp(logarithm));
    }
}
