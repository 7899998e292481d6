package dev.tributary.data.generated;

import dev.tributary.random.Distributions;
import dev.tributary.random.RandomStreams;
import dev.tributary.random.RandomStreams.Purpose;

import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;

/**
 * Logistic regression as textbooks have it: ten standard normal features x and a label y of -1 or
 * +1 (class 0 or 1) with {@code P(y = +1 | x) = 1 / (1 + exp(-2 u x))}, where the seed draws the
 * direction u.
 *
 * <p>How gradient descent runs is known too. The expected loss {@code E log(1 + exp(-y w x))} of
 * weights {@code w = a u} depends on a alone, by an integral over {@code z = u x}, which is
 * standard normal; and its gradient is along u again, for nothing prefers another direction. So
 * descent from zero with learning rate r stays on that line, and {@code a' = a + r E[z (sigma(2 z)
 * - sigma(a z))]}. {@link #expectedLosses} computes the curve. It falls from log 2 to its least
 * value at {@code a = 2}, which is 0.462; the accuracy there, the best possible, is {@code E
 * sigma(2 |z|)}, 0.778.
 */
final class LogitGenerator implements ExampleGenerator {
    private static final int FEATURES = 10;
    private static final double SLOPE = 2;

    private final RandomStreams streams;
    private final double[] direction;

    LogitGenerator(RandomStreams streams) {
        this.streams = streams;
        this.direction =
                Distributions.direction(
                        streams.stream(Purpose.GENERATION, 0, "logit-direction"), FEATURES);
    }

    @Override
    public long[] featureShape() {
        return new long[] {FEATURES};
    }

    @Override
    public int classCount() {
        return 2;
    }

    @Override
    public float label(Part part, int index) {
        float[] features = new float[FEATURES];
        features(part, index, features, 0);
        double place =
                streams.stream(Purpose.GENERATION, index, "logit-label-" + part.key()).nextDouble();
        return place < probability(features) ? 1 : 0;
    }

    @Override
    public void features(Part part, int index, float[] target, int offset) {
        SplittableRandom random = streams.stream(Purpose.GENERATION, index, "logit-" + part.key());
        for (int i = 0; i < FEATURES; i++) {
            target[offset + i] = (float) Distributions.gaussian(random);
        }
    }

    /** The true probability of class 1. */
    double probability(float[] features) {
        double component = 0;
        for (int i = 0; i < FEATURES; i++) {
            component += direction[i] * features[i];
        }
        return sigma(SLOPE * component);
    }

    /**
     * The expected loss before and after each step of gradient descent from zero.
     *
     * @param steps how many steps there are
     * @return {@code [steps + 1]}
     */
    static double[] expectedLosses(double learningRate, int steps) {
        double[] losses = new double[steps + 1];
        double along = 0;
        for (int step = 0; step <= steps; step++) {
            double now = along;
            losses[step] = loss(now);
            along += learningRate * mean(z -> z * (sigma(SLOPE * z) - sigma(now * z)));
        }
        return losses;
    }

    /** The least possible loss. */
    static double leastLoss() {
        return loss(SLOPE);
    }

    /** The best possible accuracy. */
    static double bestAccuracy() {
        return mean(z -> sigma(SLOPE * Math.abs(z)));
    }

    private static double loss(double along) {
        return mean(
                z -> StrictMath.log1p(StrictMath.exp(along * z)) - sigma(SLOPE * z) * along * z);
    }

    private static double mean(DoubleUnaryOperator ofNormal) {
        return Distributions.integral(
                z -> Distributions.normalDensity(z) * ofNormal.applyAsDouble(z), -9, 9);
    }

    private static double sigma(double logOdds) {
        return 1 / (1 + StrictMath.exp(-logOdds));
    }
}
