package dev.tributary.aggregate.robust;

import java.util.Arrays;

/**
 * RFA: the point with the smallest weighted sum of distances (not squared) to the updates, by the
 * smoothed Weiszfeld algorithm (Pillutla, Kakade and Harchaoui, "Robust Aggregation for Federated
 * Learning", 2022): {@code v = mean}, then {@code v = sum(b_i u_i) / sum(b_i)} with {@code b_i =
 * a_i / max(nu, ||v - u_i||)}.
 *
 * <p>The {@code a_i} are example counts, as in the paper: withstands clients that hold less than
 * half of all examples, by what they claim. Memory: see {@link UpdateRows}; one pass over the
 * updates for each iteration, and one more.
 *
 * @param iterations how often the point moves at most, from 1; it stops when no update's share
 *     changes by more than 1e-6
 * @param smoothing nu, positive: no distance counts as less
 */
public record GeometricMedian(int iterations, double smoothing) implements RobustRule {
    private static final double STILL = 1e-6;

    /** Checks the numbers. */
    public GeometricMedian {
        if (iterations < 1) {
            throw new IllegalArgumentException(
                    "iterations: expected at least 1, found " + iterations);
        }
        if (!(smoothing > 0) || Double.isInfinite(smoothing)) {
            throw new IllegalArgumentException(
                    "smoothing: expected a finite positive number, found " + smoothing);
        }
    }

    @Override
    public Combination prepare(UpdateRows updates) {
        double[] weights = new double[updates.updates()];
        Arrays.setAll(weights, updates::weight);
        double[] mix = normalized(weights);
        boolean still = false;
        for (int i = 0; i < iterations && !still; i++) {
            double[] moved = nearer(weights, updates.squaredDistancesTo(mix));
            still = largestChange(mix, moved) <= STILL;
            mix = moved;
        }
        return new Mix(mix);
    }

    private double[] nearer(double[] weights, double[] squaredDistances) {
        double[] shares = new double[weights.length];
        Arrays.setAll(
                shares, i -> weights[i] / Math.max(smoothing, Math.sqrt(squaredDistances[i])));
        return normalized(shares);
    }

    private static double[] normalized(double[] shares) {
        double sum = Arrays.stream(shares).reduce(0, Double::sum);
        return Arrays.stream(shares).map(share -> share / sum).toArray();
    }

    private static double largestChange(double[] before, double[] after) {
        double largest = 0;
        for (int i = 0; i < before.length; i++) {
            largest = Math.max(largest, Math.abs(after[i] - before[i]));
        }
        return largest;
    }
}
