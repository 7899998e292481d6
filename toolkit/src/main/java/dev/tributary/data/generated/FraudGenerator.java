package dev.tributary.data.generated;

import dev.tributary.random.Distributions;
import dev.tributary.random.RandomStreams;
import dev.tributary.random.RandomStreams.Purpose;

import java.util.SplittableRandom;

/**
 * Card payments, of which about 1 in 200 is a fraud of one of two opposite kinds.
 *
 * <p>Five banks see frauds at rates from 0.3 % to 0.96 %, 0.5 % over all. The 8 numbers of an
 * honest payment are standard normal; those of a fraud are moved by {@code D = 3} in a direction
 * that the seed draws, or, as often, against it: tiny payments that try a stolen card, and large
 * ones that empty it. No linear rule sees both: its AUC is 0.5.
 *
 * <p>The odds of a fraud rise with {@code |u x|}, the size of the numbers' component in that
 * direction: it is {@code |Z'|} for an honest payment and {@code |Z + D|} for a fraud, of
 * independent normal {@code Z, Z'}. {@code |Z + D| > |Z'|} where {@code Z + D - Z'} and {@code Z +
 * D + Z'} have one sign; these two are independent, with mean D and variance 2. So the best
 * possible AUC is {@code Phi(D / sqrt 2)^2 + Phi(-D / sqrt 2)^2}, which is 0.967.
 */
final class FraudGenerator implements ExampleGenerator {
    private static final int NUMBERS = 8;
    private static final double DISTANCE = 3;

    private final RandomStreams streams;
    private final SitedLabels payments;
    private final double[] direction;

    FraudGenerator(RandomStreams streams) {
        this.streams = streams;
        this.payments = new SitedLabels(new Sites(streams, "fraud", "bank", 5), 0.003, 0.0096);
        this.direction =
                Distributions.direction(
                        streams.stream(Purpose.GENERATION, 0, "fraud-direction"), NUMBERS);
    }

    @Override
    public long[] featureShape() {
        return new long[] {NUMBERS};
    }

    @Override
    public int classCount() {
        return 2;
    }

    @Override
    public float label(Part part, int index) {
        return payments.label(part, index);
    }

    @Override
    public int group(String column, int index) {
        return payments.sites().group(column, index);
    }

    @Override
    public void features(Part part, int index, float[] target, int offset) {
        SplittableRandom random = streams.stream(Purpose.GENERATION, index, "fraud-" + part.key());
        double kind = random.nextBoolean() ? DISTANCE : -DISTANCE;
        double shift = label(part, index) * kind;
        for (int i = 0; i < NUMBERS; i++) {
            target[offset + i] = (float) (Distributions.gaussian(random) + shift * direction[i]);
        }
    }

    /** What an ideal learner ranks payments by: the more, the more likely a fraud. */
    double suspicion(float[] features) {
        double component = 0;
        for (int i = 0; i < NUMBERS; i++) {
            component += direction[i] * features[i];
        }
        return Math.abs(component);
    }

    /** The best possible area under the ROC curve, by the formula above. */
    double bestAuc() {
        double one = Distributions.normalCumulative(DISTANCE / Math.sqrt(2));
        return one * one + (1 - one) * (1 - one);
    }

    /** The rate of frauds over all banks. */
    double rate() {
        return payments.rate();
    }
}
