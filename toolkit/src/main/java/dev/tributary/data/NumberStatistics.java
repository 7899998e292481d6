package dev.tributary.data;

import org.jspecify.annotations.Nullable;

import java.math.BigDecimal;
import java.math.MathContext;

/**
 * What a site tells of a column of numbers.
 *
 * <p>The sums are exact, so that they do not depend on who added what to what first.
 *
 * @param count how many values are known, not negative
 * @param sum their sum
 * @param squareSum the sum of their squares
 * @param min the least; null if there is none
 * @param max the greatest; null if there is none
 * @param sketch how they are distributed
 */
public record NumberStatistics(
        long count,
        BigDecimal sum,
        BigDecimal squareSum,
        @Nullable Double min,
        @Nullable Double max,
        QuantileSketch sketch) {
    /** Of no values. */
    public static final NumberStatistics NONE =
            new NumberStatistics(
                    0, BigDecimal.ZERO, BigDecimal.ZERO, null, null, QuantileSketch.NONE);

    /** What exact squares of float64 numbers can have, and more. */
    private static final int MAX_DIGITS = 4000;

    /** What exact squares of float64 numbers can have, and more: so that sums can be added. */
    private static final int MAX_SCALE = 2200;

    /** For people who write such files with rounded sums, in proportion. */
    private static final BigDecimal ROOM = new BigDecimal("1e-9");

    /**
     * Checks that the numbers are possible; digits are limited, for they may come from anywhere.
     *
     * @throws DataException if they are not
     */
    public NumberStatistics {
        sum = checked("sum", sum);
        squareSum = checked("sum of squares", squareSum);
        boolean consistent =
                count > 0
                        ? possible(count, sum, squareSum, min, max)
                        : min == null && max == null && sum.signum() == 0;
        if (count < 0 || !consistent || squareSum.signum() < 0 || sketch.count() != count) {
            throw new DataException(
                    "number statistics: expected a count, sums, least and greatest value of known"
                            + " finite numbers, found %d values, %s to %s, sum %s, %d in buckets"
                                    .formatted(count, min, max, sum.doubleValue(), sketch.count()));
        }
    }

    /** Of finite values. */
    public static NumberStatistics of(double... values) {
        if (values.length == 0) {
            return NONE;
        }
        BigDecimal sum = BigDecimal.ZERO;
        BigDecimal squareSum = BigDecimal.ZERO;
        double min = Double.POSITIVE_INFINITY;
        double max = Double.NEGATIVE_INFINITY;
        for (double value : values) {
            BigDecimal exact = new BigDecimal(value);
            sum = sum.add(exact);
            squareSum = squareSum.add(exact.multiply(exact));
            min = Math.min(min, value);
            max = Math.max(max, value);
        }
        QuantileSketch sketch = QuantileSketch.of(values);
        return new NumberStatistics(values.length, sum, squareSum, min, max, sketch);
    }

    /** Of both columns together. */
    public NumberStatistics plus(NumberStatistics other) {
        if (count == 0 || other.count == 0) {
            return count == 0 ? other : this;
        }
        return new NumberStatistics(
                Math.addExact(count, other.count),
                sum.add(other.sum),
                squareSum.add(other.squareSum),
                smaller(min, other.min),
                greater(max, other.max),
                sketch.plus(other.sketch));
    }

    /** The mean; NaN if there is no value. */
    public double mean() {
        return count == 0
                ? Double.NaN
                : sum.divide(BigDecimal.valueOf(count), MathContext.DECIMAL128).doubleValue();
    }

    /** The population deviation, correctly rounded but for the last digit; NaN without a value. */
    public double deviation() {
        if (count == 0) {
            return Double.NaN;
        }
        BigDecimal n = BigDecimal.valueOf(count);
        BigDecimal spread = squareSum.multiply(n).subtract(sum.multiply(sum));
        return Math.sqrt(
                Math.max(0, spread.divide(n.multiply(n), MathContext.DECIMAL128).doubleValue()));
    }

    /** The mean is between the extremes, the mean square at most the larger one's. */
    private static boolean possible(
            long count,
            BigDecimal sum,
            BigDecimal squareSum,
            @Nullable Double min,
            @Nullable Double max) {
        if (min == null || max == null || !(Double.isFinite(min) && Double.isFinite(max))) {
            return false;
        }
        BigDecimal n = BigDecimal.valueOf(count);
        BigDecimal least = new BigDecimal(min);
        BigDecimal greatest = new BigDecimal(max);
        BigDecimal largest = least.abs().max(greatest.abs());
        BigDecimal room = largest.multiply(ROOM).multiply(n);
        return least.compareTo(greatest) <= 0
                && sum.compareTo(least.multiply(n).subtract(room)) >= 0
                && sum.compareTo(greatest.multiply(n).add(room)) <= 0
                && squareSum.compareTo(largest.multiply(largest.multiply(n).add(room))) <= 0;
    }

    private static BigDecimal checked(String what, BigDecimal value) {
        if (value.precision() > MAX_DIGITS || Math.abs((long) value.scale()) > MAX_SCALE) {
            throw new DataException(
                    "number statistics, %s: expected at most %d digits, %d decimals, found more"
                            .formatted(what, MAX_DIGITS, MAX_SCALE));
        }
        return value.stripTrailingZeros();
    }

    private static @Nullable Double smaller(@Nullable Double a, @Nullable Double b) {
        return a == null || b == null ? null : (Double) Math.min(a, b);
    }

    private static @Nullable Double greater(@Nullable Double a, @Nullable Double b) {
        return a == null || b == null ? null : (Double) Math.max(a, b);
    }
}
