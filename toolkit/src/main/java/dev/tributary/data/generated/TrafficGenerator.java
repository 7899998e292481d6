package dev.tributary.data.generated;

import dev.tributary.random.Distributions;
import dev.tributary.random.RandomStreams;
import dev.tributary.random.RandomStreams.Purpose;

import java.util.SplittableRandom;

/**
 * Hourly traffic on twelve roads: twelve readings, and the one that follows.
 *
 * <p>A road's reading is its capacity, from 1.5 on the busiest to 0.5, times the hour's usual
 * traffic, {@code -cos(2 pi h / 24) - 0.7 cos(4 pi h / 24)}, which has two rush hours, plus what is
 * unusual today. That is an autoregressive process: 0.8 times that of the hour before, plus a
 * normal surprise of deviation 0.3. A step of the window has four features: reading, sine and
 * cosine of the hour, and capacity. Of the roads the first gives 32 % of the windows, the last 3 %.
 *
 * <p>The next reading's expectation given the window is the next hour's usual traffic plus 0.8
 * times what was unusual in the last reading; the rest is the surprise. So the least possible RMSE
 * is 0.3; to repeat the last reading has about 0.51.
 */
final class TrafficGenerator implements ExampleGenerator {
    private static final int STEPS = 12;
    private static final int FEATURES = 4;
    private static final int HOURS = 24;
    private static final double PERSISTENCE = 0.8;

    /** The deviation of the surprise: the least possible RMSE. */
    static final double NOISE = 0.3;

    private final RandomStreams streams;
    private final Sites roads;

    TrafficGenerator(RandomStreams streams) {
        this.streams = streams;
        this.roads = new Sites(streams, "traffic", "road", 12);
    }

    @Override
    public long[] featureShape() {
        return new long[] {STEPS, FEATURES};
    }

    @Override
    public int classCount() {
        return 0;
    }

    @Override
    public float label(Part part, int index) {
        return (float) readings(part, index)[STEPS];
    }

    @Override
    public int group(String column, int index) {
        return roads.group(column, index);
    }

    @Override
    public void features(Part part, int index, float[] target, int offset) {
        double[] readings = readings(part, index);
        int firstHour = random(part, index).nextInt(HOURS);
        double capacity = capacity(part, index);
        int next = offset;
        for (int step = 0; step < STEPS; step++) {
            double angle = 2 * Math.PI * (firstHour + step) / HOURS;
            target[next++] = (float) readings[step];
            target[next++] = (float) StrictMath.sin(angle);
            target[next++] = (float) StrictMath.cos(angle);
            target[next++] = (float) capacity;
        }
    }

    /** The next reading's expectation given the window: what an ideal learner would say. */
    static double expected(float[] features) {
        int last = (STEPS - 1) * FEATURES;
        double hour =
                StrictMath.atan2(features[last + 1], features[last + 2]) / (2 * Math.PI) * HOURS;
        double capacity = features[last + 3];
        double unusual = features[last] - capacity * usual(hour);
        return capacity * usual(hour + 1) + PERSISTENCE * unusual;
    }

    /** The window's readings and the one that follows. */
    private double[] readings(Part part, int index) {
        SplittableRandom random = random(part, index);
        int firstHour = random.nextInt(HOURS);
        double capacity = capacity(part, index);
        double unusual =
                NOISE / Math.sqrt(1 - PERSISTENCE * PERSISTENCE) * Distributions.gaussian(random);
        double[] readings = new double[STEPS + 1];
        for (int step = 0; step <= STEPS; step++) {
            readings[step] = capacity * usual(firstHour + step) + unusual;
            unusual = PERSISTENCE * unusual + NOISE * Distributions.gaussian(random);
        }
        return readings;
    }

    private double capacity(Part part, int index) {
        return 1.5 - (double) roads.of(part, index) / (roads.count() - 1);
    }

    private static double usual(double hour) {
        double angle = 2 * Math.PI * hour / HOURS;
        return -StrictMath.cos(angle) - 0.7 * StrictMath.cos(2 * angle);
    }

    private SplittableRandom random(Part part, int index) {
        return streams.stream(Purpose.GENERATION, index, "traffic-" + part.key());
    }
}
