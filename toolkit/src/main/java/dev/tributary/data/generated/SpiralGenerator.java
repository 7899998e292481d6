package dev.tributary.data.generated;

import dev.tributary.random.Distributions;
import dev.tributary.random.RandomStreams;
import dev.tributary.random.RandomStreams.Purpose;

import java.util.SplittableRandom;

/**
 * Standard normal features in which a plane, drawn from the seed, holds a spiral of classes.
 *
 * <p>Let {@code (r, theta)} be an example's polar coordinates in that plane, {@code F = 1 -
 * exp(-r^2 / 2)} the share of examples nearer to the center, and {@code turn} half a turn. The true
 * class is {@code floor(classes * fraction(theta / 2 pi + turn * F))}. Angle and radius of a normal
 * vector are independent and uniform after these maps, so classes are equally frequent, whatever
 * their number. Then each label is replaced, with probability {@code noise}, by one of the others.
 *
 * <p>Hence the Bayes accuracy is exactly {@code 1 - noise} (for noise below {@code 1 - 1/classes}),
 * while the best linear rule for two classes finds the true class of only {@code 1 - turn / 2 = 75
 * %}. All features but the plane's are noise to a learner. Another seed is another plane: another
 * problem.
 *
 * <p>Here the true class comes first ({@code index mod classes}) and the point is drawn given it,
 * which is the same distribution and makes labels cheap.
 */
final class SpiralGenerator implements ExampleGenerator {
    private static final double TURN = 0.5;

    private final RandomStreams streams;
    private final int classes;
    private final double noise;
    private final double[] first;
    private final double[] second;

    /**
     * @param streams the seed
     * @param features the number of features, at least 2
     * @param classes the number of classes, at least 2
     * @param noise the probability of a wrong label, in [0, 1)
     */
    SpiralGenerator(RandomStreams streams, int features, int classes, double noise) {
        this.streams = streams;
        this.classes = classes;
        this.noise = noise;
        SplittableRandom random = streams.stream(Purpose.GENERATION, 0, "spiral-plane");
        this.first = normals(random, features);
        scale(first, 1 / Math.sqrt(dot(first, first)));
        this.second = normals(random, features);
        add(second, -dot(second, first), first);
        scale(second, 1 / Math.sqrt(dot(second, second)));
    }

    @Override
    public long[] featureShape() {
        return new long[] {first.length};
    }

    @Override
    public int classCount() {
        return classes;
    }

    @Override
    public float label(Part part, int index) {
        int truth = index % classes;
        if (noise == 0) {
            return truth;
        }
        SplittableRandom random =
                streams.stream(Purpose.GENERATION, index, "spiral-label-" + part.key());
        boolean wrong = random.nextDouble() < noise;
        return wrong ? (truth + 1 + random.nextInt(classes - 1)) % classes : truth;
    }

    @Override
    public void features(Part part, int index, float[] target, int offset) {
        SplittableRandom random = streams.stream(Purpose.GENERATION, index, "spiral-" + part.key());
        double inside = random.nextDouble();
        double sector = (index % classes + random.nextDouble()) / classes;
        double angle = 2 * Math.PI * (sector - TURN * inside);
        double radius = Math.sqrt(-2 * StrictMath.log1p(-inside));
        double[] point = normals(random, first.length);
        // The plane's two coordinates are replaced; all others stay normal.
        add(point, radius * StrictMath.cos(angle) - dot(point, first), first);
        add(point, radius * StrictMath.sin(angle) - dot(point, second), second);
        for (int i = 0; i < point.length; i++) {
            target[offset + i] = (float) point[i];
        }
    }

    /**
     * The true class of a point, by the rule above: what an ideal learner would say.
     *
     * @param features an example's features
     */
    int bayesClass(float[] features) {
        double x = 0;
        double y = 0;
        for (int i = 0; i < first.length; i++) {
            x += features[i] * first[i];
            y += features[i] * second[i];
        }
        double inside = -StrictMath.expm1(-(x * x + y * y) / 2);
        double sector = StrictMath.atan2(y, x) / (2 * Math.PI) + TURN * inside;
        return Math.min(classes - 1, (int) (classes * (sector - Math.floor(sector))));
    }

    private static double[] normals(SplittableRandom random, int count) {
        double[] values = new double[count];
        for (int i = 0; i < count; i++) {
            values[i] = Distributions.gaussian(random);
        }
        return values;
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    private static void add(double[] target, double factor, double[] other) {
        for (int i = 0; i < target.length; i++) {
            target[i] += factor * other[i];
        }
    }

    private static void scale(double[] target, double factor) {
        for (int i = 0; i < target.length; i++) {
            target[i] *= factor;
        }
    }
}
