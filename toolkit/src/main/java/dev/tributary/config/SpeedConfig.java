package dev.tributary.config;

import static java.util.Objects.requireNonNull;

/**
 * How much longer than usual the simulated clients take to train: each draws its slowness once a
 * run.
 *
 * @param shape the distribution; default {@link Shape#CONSTANT}
 * @param width of the uniform distribution: half of its range, in [0, 1); default 0.5
 * @param sigma of the log-normal distribution: the standard deviation of the logarithm, at least 0;
 *     default 1
 * @param alpha of the Pareto distribution: its tail index, positive; the smaller, the heavier, and
 *     up to 1 there is no mean; default 1.5
 */
public record SpeedConfig(Shape shape, double width, double sigma, double alpha) {
    static final Setting<Shape> SHAPE = Setting.choice("simulation.speed.shape", Shape.class);
    static final Setting<Double> WIDTH = Setting.belowOne("simulation.speed.width");
    static final Setting<Double> SIGMA = Setting.notNegative("simulation.speed.sigma");
    static final Setting<Double> ALPHA = Setting.positive("simulation.speed.alpha");

    static final double DEFAULT_WIDTH = 0.5;
    static final double DEFAULT_SIGMA = 1;
    static final double DEFAULT_ALPHA = 1.5;

    /** A distribution of slowness. */
    public enum Shape {
        /** All take equally long: 1. */
        CONSTANT,
        /** Between {@code 1 - width} and {@code 1 + width}. */
        UNIFORM,
        /** {@code exp(sigma z)} with z standard normal: its median is 1. */
        LOGNORMAL,
        /** {@code u^(-1/alpha)} with u uniform in (0, 1]: its minimum is 1. */
        PARETO
    }

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if one is left
     */
    public SpeedConfig {
        requireNonNull(shape, "shape is null");
        WIDTH.check(width);
        SIGMA.check(sigma);
        ALPHA.check(alpha);
    }

    /** All clients take equally long. */
    public static SpeedConfig constant() {
        return of(Shape.CONSTANT);
    }

    /** That shape with its default parameter. */
    public static SpeedConfig of(Shape shape) {
        return new SpeedConfig(shape, DEFAULT_WIDTH, DEFAULT_SIGMA, DEFAULT_ALPHA);
    }

    /** The same with another standard deviation of the logarithm. */
    public SpeedConfig withSigma(double newSigma) {
        return new SpeedConfig(shape, width, newSigma, alpha);
    }

    /** The same with another tail index. */
    public SpeedConfig withAlpha(double newAlpha) {
        return new SpeedConfig(shape, width, sigma, newAlpha);
    }
}
