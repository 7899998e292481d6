package dev.tributary.aggregate;

import dev.tributary.aggregate.ExactWeightedMean.Share;

import java.util.List;

/**
 * The arithmetic of the {@link ExactWeightedMean}, and what is in a sum: values are multiples of
 * 2<sup>-32</sup>, weights of 2<sup>-20</sup>, and no sum may come near the ends of its 64 bits.
 */
final class FixedPoint {
    private static final double UNIT = 0x1p32;
    private static final double BOUND = 0x1p62;

    /** Weights are multiples of this, so that their sum is exact too. */
    private static final double WEIGHT_UNIT = 0x1p20;

    private static final long MAX_TOTAL_WEIGHT = 1L << 62;

    private double bound;
    private long totalWeight;
    private int count;

    /** The updates that are in. */
    int count() {
        return count;
    }

    /** The sum of the weights that are in. */
    double totalWeight() {
        return totalWeight / WEIGHT_UNIT;
    }

    /** What a weighted value is multiplied by before it is cut to an integer. */
    static double scale(double weight) {
        return quantize(weight) / WEIGHT_UNIT * UNIT;
    }

    /** What a sum is multiplied by to be the mean of all that is in. */
    double meanFactor() {
        return 1 / (totalWeight() * UNIT);
    }

    /** No sum of such updates has a larger absolute value, in its unit. */
    static double bound(List<Share> shares) {
        double bound = 0;
        for (Share share : shares) {
            bound += bound(share.magnitude(), share.weight());
        }
        return bound;
    }

    /** An upper bound of one rounded, weighted value; the 1 covers the rounding. */
    private static double bound(float magnitude, double weight) {
        return magnitude * weight * UNIT + 1;
    }

    boolean fits(float magnitude, double weight) {
        return bound + bound(magnitude, weight) < BOUND
                && quantize(weight) < MAX_TOTAL_WEIGHT - totalWeight;
    }

    /**
     * Checks that an update can be added.
     *
     * @throws IllegalArgumentException if not, telling why
     */
    void check(float magnitude, double weight) {
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

    /** An update is in, which has been checked. */
    void add(float magnitude, double weight) {
        bound += bound(magnitude, weight);
        totalWeight += quantize(weight);
        count++;
    }

    /**
     * Checks that the sum of several updates can be added.
     *
     * @throws IllegalArgumentException if not, telling why
     */
    void check(List<Share> shares) {
        long weight = 0;
        for (Share share : shares) {
            check(share.magnitude(), share.weight());
            // Each is below the maximum, so no sum of two overflows.
            weight = Math.min(MAX_TOTAL_WEIGHT, weight + quantize(share.weight()));
        }
        if (bound + bound(shares) >= BOUND || weight >= MAX_TOTAL_WEIGHT - totalWeight) {
            throw new IllegalArgumentException("the sums do not fit the accumulator");
        }
    }

    /** Their sum is in, which has been checked. */
    void add(List<Share> shares) {
        bound += bound(shares);
        for (Share share : shares) {
            totalWeight += quantize(share.weight());
        }
        count += shares.size();
    }

    /**
     * Checks that what is in another sum can be added.
     *
     * @throws IllegalArgumentException if not
     */
    void check(FixedPoint partial) {
        if (bound + partial.bound >= BOUND || totalWeight + partial.totalWeight < 0) {
            throw new IllegalArgumentException("the sums of both do not fit together");
        }
    }

    /** The other sum is in, which has been checked. */
    void add(FixedPoint partial) {
        bound += partial.bound;
        totalWeight += partial.totalWeight;
        count += partial.count;
    }

    void clear() {
        bound = 0;
        totalWeight = 0;
        count = 0;
    }

    private static long quantize(double weight) {
        return Math.round(weight * WEIGHT_UNIT);
    }
}
