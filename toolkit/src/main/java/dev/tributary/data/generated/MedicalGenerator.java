package dev.tributary.data.generated;

import dev.tributary.random.Distributions;
import dev.tributary.random.RandomStreams;
import dev.tributary.random.RandomStreams.Purpose;

import java.util.SplittableRandom;

/**
 * Standardized laboratory values that illness moves in one direction.
 *
 * <p>Of eight hospitals the largest treats 37 % of all patients, of whom 8 % are ill, the smallest
 * 5 %, of whom 50 % are. The 12 values of a healthy person are standard normal; those of an ill one
 * are too, but moved by {@code D = 2.2} in a direction that the seed draws. So {@code u x}, the
 * values' component in that direction, tells all: the log-odds of illness are {@code D u x - D^2 /
 * 2 + o}, with {@code o} those of the rate of illness, and are linear in the values.
 *
 * <p>The best possible accuracy follows, with the rate {@code p} over all hospitals and Phi the
 * normal distribution: {@code p Phi(D/2 + o/D) + (1 - p) Phi(D/2 - o/D)}, which is 0.904; always
 * "healthy" has {@code 1 - p}, 0.803. The best possible AUC is {@code Phi(D / sqrt 2)}, 0.940.
 */
final class MedicalGenerator implements ExampleGenerator {
    private static final int VALUES = 12;
    private static final double DISTANCE = 2.2;

    private final RandomStreams streams;
    private final SitedLabels patients;
    private final double[] direction;

    MedicalGenerator(RandomStreams streams) {
        this.streams = streams;
        this.patients = new SitedLabels(new Sites(streams, "medical", "hospital", 8), 0.08, 0.5);
        this.direction =
                Distributions.direction(
                        streams.stream(Purpose.GENERATION, 0, "medical-direction"), VALUES);
    }

    @Override
    public long[] featureShape() {
        return new long[] {VALUES};
    }

    @Override
    public int classCount() {
        return 2;
    }

    @Override
    public float label(Part part, int index) {
        return patients.label(part, index);
    }

    @Override
    public int group(String column, int index) {
        return patients.sites().group(column, index);
    }

    @Override
    public void features(Part part, int index, float[] target, int offset) {
        SplittableRandom random =
                streams.stream(Purpose.GENERATION, index, "medical-" + part.key());
        double shift = label(part, index) * DISTANCE;
        for (int i = 0; i < VALUES; i++) {
            target[offset + i] = (float) (Distributions.gaussian(random) + shift * direction[i]);
        }
    }

    /** The true log-odds of illness: positive is what an ideal learner calls ill. */
    double logOdds(float[] features) {
        double component = 0;
        for (int i = 0; i < VALUES; i++) {
            component += direction[i] * features[i];
        }
        return DISTANCE * (component - DISTANCE / 2) + patients.logOdds();
    }

    /** The best possible accuracy, by the formula above. */
    double bestAccuracy() {
        double rate = patients.rate();
        double lead = patients.logOdds() / DISTANCE;
        return rate * Distributions.normalCumulative(DISTANCE / 2 + lead)
                + (1 - rate) * Distributions.normalCumulative(DISTANCE / 2 - lead);
    }

    /** The best possible area under the ROC curve. */
    double bestAuc() {
        return Distributions.normalCumulative(DISTANCE / Math.sqrt(2));
    }
}
