package dev.tributary.training;

import static java.util.Objects.requireNonNull;

/**
 * How the client learning rate moves over the rounds of a run.
 *
 * <p>The rate is constant within a round, so that a client's rate depends on the round alone and
 * not on how often the client took part.
 *
 * @param shape the curve
 * @param warmupRounds rounds at the start over which the rate rises linearly from {@code 1 /
 *     (warmupRounds + 1)} of itself; 0 for none
 * @param decayRounds for {@link Shape#STEP}, the rounds between two decays; for {@link
 *     Shape#COSINE}, the rounds until the floor, after the warm-up; at least 1
 * @param factor for {@link Shape#STEP} and {@link Shape#EXPONENTIAL}, the factor of a decay; for
 *     {@link Shape#COSINE}, the floor as a fraction of the rate; in [0, 1]
 */
public record LearningRateSchedule(Shape shape, int warmupRounds, int decayRounds, double factor) {

    /** The curves. */
    public enum Shape {
        /** The same rate in every round. */
        CONSTANT,
        /** Times {@code factor} every {@code decayRounds} rounds. */
        STEP,
        /** Times {@code factor} every round. */
        EXPONENTIAL,
        /** Half a cosine from 1 down to {@code factor} (Loshchilov and Hutter, 2017). */
        COSINE
    }

    /** Checks the ranges. */
    public LearningRateSchedule {
        requireNonNull(shape, "shape is null");
        Ranges.atLeast("warm-up rounds", 0, warmupRounds);
        Ranges.atLeast("decay rounds", 1, decayRounds);
        if (!(factor >= 0 && factor <= 1)) {
            throw new IllegalArgumentException(
                    "factor: expected a number in [0, 1], found " + factor);
        }
    }

    /** The same rate in every round. */
    public static LearningRateSchedule constant() {
        return new LearningRateSchedule(Shape.CONSTANT, 0, 1, 1);
    }

    /**
     * The factor by which the client learning rate is multiplied in a round.
     *
     * @param round the round, from 1
     * @return a number in [0, 1]
     */
    public double factorAt(int round) {
        Ranges.atLeast("round", 1, round);
        if (round <= warmupRounds) {
            return round / (warmupRounds + 1.0);
        }
        int elapsed = round - warmupRounds - 1;
        int steps = elapsed / decayRounds;
        return switch (shape) {
            case CONSTANT -> 1;
            case STEP -> Math.pow(factor, steps);
            case EXPONENTIAL -> Math.pow(factor, elapsed);
            case COSINE -> {
                double progress = Math.min(1, (double) elapsed / decayRounds);
                yield factor + (1 - factor) * 0.5 * (1 + Math.cos(Math.PI * progress));
            }
        };
    }
}
