package dev.tributary.data.generated;

import dev.tributary.random.Distributions;
import dev.tributary.random.RandomStreams;
import dev.tributary.random.RandomStreams.Purpose;

import java.util.SplittableRandom;

/**
 * Ratings of 100 items by 300 users whose tastes are known to themselves.
 *
 * <p>An example is user, item and the user's three tastes, which are standard normal. Every item
 * has three hidden qualities, normal with deviation 0.45, and a rating is {@code 3.5 + tastes *
 * qualities} with noise of deviation 0.5. All users rate equally often, items at random.
 *
 * <p>No prediction has a smaller RMSE than the noise, 0.5, and who knew the qualities would reach
 * it; always 3.5 has about 0.93.
 */
final class RatingsGenerator implements ExampleGenerator {
    private static final int USERS = 300;
    private static final int ITEMS = 100;
    private static final int TASTES = 3;
    private static final double MEAN = 3.5;
    private static final double QUALITY = 0.45;

    /** The deviation of the noise: the least possible RMSE. */
    static final double NOISE = 0.5;

    private final RandomStreams streams;
    private final double[] tastes;
    private final double[] qualities;

    RatingsGenerator(RandomStreams streams) {
        this.streams = streams;
        this.tastes = normals(streams, "ratings-tastes", USERS * TASTES, 1);
        this.qualities = normals(streams, "ratings-qualities", ITEMS * TASTES, QUALITY);
    }

    @Override
    public long[] featureShape() {
        return new long[] {2 + TASTES};
    }

    @Override
    public int classCount() {
        return 0;
    }

    @Override
    public float label(Part part, int index) {
        SplittableRandom random = random(part, index);
        double expected = expected(index % USERS, random.nextInt(ITEMS));
        return (float) (expected + NOISE * Distributions.gaussian(random));
    }

    @Override
    public int group(String column, int index) {
        if (!column.equals("user")) {
            throw ExampleGenerator.noColumn(column, "user");
        }
        return index % USERS;
    }

    @Override
    public void features(Part part, int index, float[] target, int offset) {
        int user = index % USERS;
        target[offset] = user;
        target[offset + 1] = random(part, index).nextInt(ITEMS);
        for (int i = 0; i < TASTES; i++) {
            target[offset + 2 + i] = (float) tastes[user * TASTES + i];
        }
    }

    /** The rating without its noise: what an ideal learner would say. */
    double expected(int user, int item) {
        double rating = MEAN;
        for (int i = 0; i < TASTES; i++) {
            rating += tastes[user * TASTES + i] * qualities[item * TASTES + i];
        }
        return rating;
    }

    private SplittableRandom random(Part part, int index) {
        return streams.stream(Purpose.GENERATION, index, "ratings-" + part.key());
    }

    private static double[] normals(
            RandomStreams streams, String key, int count, double deviation) {
        SplittableRandom random = streams.stream(Purpose.GENERATION, 0, key);
        double[] values = new double[count];
        for (int i = 0; i < count; i++) {
            values[i] = deviation * Distributions.gaussian(random);
        }
        return values;
    }
}
