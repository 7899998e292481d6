package dev.tributary.evaluation;

/**
 * How far a regression is off, as sums over examples; they add.
 *
 * @param exampleCount how many examples
 * @param absolute sum of the absolute errors
 * @param squared sum of the squared errors
 */
public record ErrorSums(long exampleCount, double absolute, double squared) {

    /** The sums of both data sets together. */
    public ErrorSums plus(ErrorSums other) {
        return new ErrorSums(
                exampleCount + other.exampleCount,
                absolute + other.absolute,
                squared + other.squared);
    }

    /** The mean absolute error; NaN if there is no example. */
    public double mae() {
        return absolute / exampleCount;
    }

    /** The root of the mean squared error; NaN if there is no example. */
    public double rmse() {
        return Math.sqrt(squared / exampleCount);
    }
}
