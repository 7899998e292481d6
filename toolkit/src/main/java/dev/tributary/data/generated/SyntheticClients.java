package dev.tributary.data.generated;

import dev.tributary.data.LocalDataset;
import dev.tributary.random.RandomStreams;
import dev.tributary.random.RandomStreams.Purpose;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Synthetic(alpha, beta), the logistic regression of federated benchmarks: Li et al., "Federated
 * Optimization in Heterogeneous Networks" (2020); also in LEAF (Caldas et al., 2018).
 *
 * <p>60 features, 10 classes. Client k draws {@code u ~ N(0, alpha)} and labels its examples by the
 * largest of {@code W x + b}, with all of W and b from {@code N(u, 1)}; {@code x ~ N(v, S)}, where
 * {@code v ~ N(B, 1)}, {@code B ~ N(0, beta)} and S is diagonal with {@code j^-1.2}. So alpha says
 * how much the clients' models differ, and beta how much their data. Each has 40 to 60 examples.
 *
 * <p>A client's examples are drawn anew each time, in the same order. Immutable and thread-safe.
 */
public final class SyntheticClients {
    /** Features of an example. */
    public static final int FEATURES = 60;

    /** Classes. */
    public static final int CLASSES = 10;

    private static final int FEWEST = 40;
    private static final int MOST = 60;
    private static final double[] DEVIATIONS = deviations();

    private final double alphaRoot;
    private final double betaRoot;
    private final RandomStreams streams;

    /**
     * The rule.
     *
     * @param alpha the variance of the clients' models, finite and at least 0
     * @param beta the variance of the clients' data, finite and at least 0
     * @param streams the run's random streams
     */
    public SyntheticClients(double alpha, double beta, RandomStreams streams) {
        this.alphaRoot = Math.sqrt(requireVariance("alpha", alpha));
        this.betaRoot = Math.sqrt(requireVariance("beta", beta));
        this.streams = streams;
    }

    /** How many examples a client has, 40 to 60. */
    public int exampleCount(String client) {
        return stream(client).nextInt(FEWEST, MOST + 1);
    }

    /** A client's examples. */
    public LocalDataset data(String client) {
        return data(client, 0);
    }

    /** The same, and behind them some more that follow the same rule. */
    LocalDataset data(String client, int more) {
        SplittableRandom random = stream(client);
        int count = random.nextInt(FEWEST, MOST + 1) + more;
        float[] weights = weights(random);
        float[] centre = centre(random);
        float[] features = new float[count * FEATURES];
        float[] labels = new float[count];
        for (int i = 0; i < count; i++) {
            int from = i * FEATURES;
            for (int j = 0; j < FEATURES; j++) {
                features[from + j] = (float) (centre[j] + DEVIATIONS[j] * random.nextGaussian());
            }
            labels[i] = label(weights, features, from);
        }
        return new LocalDataset(features, new long[] {FEATURES}, labels, CLASSES);
    }

    private SplittableRandom stream(String client) {
        return streams.stream(Purpose.GENERATION, 0, client);
    }

    /** The biases of the classes, then for each feature its weight in each class. */
    private float[] weights(SplittableRandom random) {
        double mean = alphaRoot * random.nextGaussian();
        float[] weights = new float[(1 + FEATURES) * CLASSES];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = (float) (mean + random.nextGaussian());
        }
        return weights;
    }

    private float[] centre(SplittableRandom random) {
        double mean = betaRoot * random.nextGaussian();
        float[] centre = new float[FEATURES];
        for (int j = 0; j < FEATURES; j++) {
            centre[j] = (float) (mean + random.nextGaussian());
        }
        return centre;
    }

    private static int label(float[] weights, float[] features, int from) {
        float[] scores = Arrays.copyOf(weights, CLASSES);
        for (int j = 0; j < FEATURES; j++) {
            int row = (1 + j) * CLASSES;
            float feature = features[from + j];
            for (int c = 0; c < CLASSES; c++) {
                scores[c] += weights[row + c] * feature;
            }
        }
        int best = 0;
        for (int c = 1; c < CLASSES; c++) {
            best = scores[c] > scores[best] ? c : best;
        }
        return best;
    }

    private static double[] deviations() {
        double[] deviations = new double[FEATURES];
        for (int j = 0; j < FEATURES; j++) {
            deviations[j] = Math.sqrt(Math.pow(j + 1, -1.2));
        }
        return deviations;
    }

    private static double requireVariance(String name, double value) {
        if (!(value >= 0) || Double.isInfinite(value)) {
            throw new IllegalArgumentException(
                    "%s: expected a finite number, at least 0, found %s".formatted(name, value));
        }
        return value;
    }
}
