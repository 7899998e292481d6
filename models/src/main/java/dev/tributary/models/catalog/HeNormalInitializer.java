package dev.tributary.models.catalog;

import ai.djl.nn.Parameter;

import dev.tributary.parameters.TensorSpec;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Normal weights with variance {@code 2 / fanIn}, as suits layers before a rectifier (He et al.,
 * 2015), and {@code 1 / fanIn} for the output layer; biases, shifts and running means are 0, scales
 * and running variances 1.
 *
 * <p>The normal draws are Marsaglia's polar method over {@link StrictMath}: the same bits on every
 * Java version and platform. Stateless and thread-safe.
 */
public final class HeNormalInitializer implements ParameterInitializer {
    private final double hiddenGain;

    /** The initializer. */
    public HeNormalInitializer() {
        this(2);
    }

    private HeNormalInitializer(double hiddenGain) {
        this.hiddenGain = hiddenGain;
    }

    /**
     * The same with variance {@code 1 / fanIn} in all layers (LeCun et al., 1998), for layers
     * before anything but a rectifier: embeddings, attention, recurrent layers.
     */
    public static HeNormalInitializer withoutRectifiers() {
        return new HeNormalInitializer(1);
    }

    @Override
    public void fill(
            TensorSpec tensor,
            Parameter.Type type,
            boolean output,
            SplittableRandom random,
            float[] values) {
        switch (type) {
            case GAMMA, RUNNING_VAR -> Arrays.fill(values, 1);
            case BIAS, BETA, RUNNING_MEAN -> Arrays.fill(values, 0);
            case WEIGHT, OTHER -> normal(tensor, output ? 1 : hiddenGain, random, values);
        }
    }

    private static void normal(
            TensorSpec tensor, double gain, SplittableRandom random, float[] values) {
        if (values.length == 0) {
            return;
        }
        // Weights are [out, in, kernel...]: what feeds one output is all but the first axis.
        long outputs = tensor.shape().size() > 1 ? tensor.shape().get(0) : 1;
        double deviation = StrictMath.sqrt(gain * outputs / values.length);
        for (int i = 0; i < values.length; i += 2) {
            double x;
            double y;
            double square;
            do {
                x = 2 * random.nextDouble() - 1;
                y = 2 * random.nextDouble() - 1;
                square = x * x + y * y;
            } while (square >= 1 || square == 0);
            double scale = deviation * StrictMath.sqrt(-2 * StrictMath.log(square) / square);
            values[i] = (float) (x * scale);
            if (i + 1 < values.length) {
                values[i + 1] = (float) (y * scale);
            }
        }
    }
}
