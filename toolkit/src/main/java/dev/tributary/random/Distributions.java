package dev.tributary.random;

import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;

/**
 * Draws from distributions, the same on every platform and Java version.
 *
 * <p>That is why they are here: the JDK may change its own {@code nextGaussian}, and {@link Math}
 * may differ in the last bit between platforms; {@link StrictMath} does not.
 */
public final class Distributions {
    private Distributions() {}

    /** A standard normal draw by Marsaglia's polar method. */
    public static double gaussian(SplittableRandom random) {
        while (true) {
            double x = 2 * random.nextDouble() - 1;
            double y = 2 * random.nextDouble() - 1;
            double square = x * x + y * y;
            if (square > 0 && square < 1) {
                return x * Math.sqrt(-2 * StrictMath.log(square) / square);
            }
        }
    }

    /** A direction in which no other is preferred: a vector of length 1. */
    public static double[] direction(SplittableRandom random, int dimensions) {
        double[] vector = new double[dimensions];
        double square = 0;
        for (int i = 0; i < dimensions; i++) {
            vector[i] = gaussian(random);
            square += vector[i] * vector[i];
        }
        for (int i = 0; i < dimensions; i++) {
            vector[i] /= Math.sqrt(square);
        }
        return vector;
    }

    /** The share of a standard normal distribution that lies below x, to about 1e-12. */
    public static double normalCumulative(double x) {
        return 0.5 + integral(Distributions::normalDensity, 0, Math.max(-9, Math.min(9, x)));
    }

    /** The density of the standard normal distribution. */
    public static double normalDensity(double x) {
        return StrictMath.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
    }

    /** A smooth function's integral, by Simpson's rule on 2000 intervals. */
    public static double integral(DoubleUnaryOperator function, double from, double to) {
        int intervals = 2000;
        double width = (to - from) / intervals;
        double sum = function.applyAsDouble(from) + function.applyAsDouble(to);
        for (int i = 1; i < intervals; i++) {
            sum += (i % 2 == 0 ? 2 : 4) * function.applyAsDouble(from + i * width);
        }
        return sum * width / 3;
    }

    /**
     * Shares that add up to 1, drawn from the symmetric Dirichlet distribution.
     *
     * @param alpha the concentration, positive: near 0 one share takes all, large ones are equal
     * @param count the number of shares, at least 1
     */
    public static double[] dirichlet(SplittableRandom random, double alpha, int count) {
        double[] shares = new double[count];
        double largest = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < count; i++) {
            shares[i] = logGamma(random, alpha);
            largest = Math.max(largest, shares[i]);
        }
        // Small alphas underflow: so shares stay logarithms until the largest is known.
        double sum = 0;
        for (int i = 0; i < count; i++) {
            shares[i] = StrictMath.exp(shares[i] - largest);
            sum += shares[i];
        }
        for (int i = 0; i < count; i++) {
            shares[i] /= sum;
        }
        return shares;
    }

    /** The numbers from 0 to count - 1 in random order (Fisher and Yates). */
    public static int[] permutation(SplittableRandom random, int count) {
        int[] numbers = new int[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = i;
        }
        shuffle(random, numbers);
        return numbers;
    }

    /** Brings the values into random order, in place. */
    public static void shuffle(SplittableRandom random, int[] values) {
        for (int i = values.length - 1; i > 0; i--) {
            int other = random.nextInt(i + 1);
            int held = values[i];
            values[i] = values[other];
            values[other] = held;
        }
    }

    /**
     * The logarithm of a draw from Gamma(alpha, 1): Marsaglia and Tsang (2000), with their boost by
     * {@code U^(1/alpha)}, which is right for all alphas and needed below 1.
     */
    private static double logGamma(SplittableRandom random, double alpha) {
        double d = alpha + 1 - 1.0 / 3;
        double c = 1 / Math.sqrt(9 * d);
        while (true) {
            double x = gaussian(random);
            double v = 1 + c * x;
            double u = 1 - random.nextDouble();
            if (v > 0) {
                double logV = 3 * StrictMath.log(v);
                if (StrictMath.log(u) < 0.5 * x * x + d - d * v * v * v + d * logV) {
                    double boost = 1 - random.nextDouble();
                    return StrictMath.log(d) + logV + StrictMath.log(boost) / alpha;
                }
            }
        }
    }
}
