package dev.tributary.data.generated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tributary.data.DataException;
import dev.tributary.data.DatasetCatalog;
import dev.tributary.data.DatasetSource;
import dev.tributary.data.LocalDataset;
import dev.tributary.data.generated.ExampleGenerator.Part;
import dev.tributary.random.RandomStreams;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.Arrays;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** That the best possible result of each generated field is what its documentation says. */
final class FieldGeneratorsTest {
    private static final int COUNT = 40_000;
    private static final RandomStreams STREAMS = new RandomStreams(5);

    @Test
    void idealDiagnosisHasTheAccuracyAndAucOfTheFormulas() {
        MedicalGenerator medical = new MedicalGenerator(STREAMS);

        assertThat(medical.bestAccuracy()).isCloseTo(0.904, within(5e-4));
        assertThat(medical.bestAuc()).isCloseTo(0.940, within(5e-4));
        assertThat(accuracy(medical, medical::logOdds))
                .isCloseTo(medical.bestAccuracy(), within(0.007));
        assertThat(auc(medical, medical::logOdds)).isCloseTo(medical.bestAuc(), within(0.007));
    }

    @Test
    void idealSuspicionHasTheAucOfTheFormulaAndOneIn200IsAFraud() {
        FraudGenerator fraud = new FraudGenerator(STREAMS);

        assertThat(fraud.bestAuc()).isCloseTo(0.967, within(5e-4));
        assertThat(auc(fraud, fraud::suspicion)).isCloseTo(fraud.bestAuc(), within(0.03));
        assertThat(fraud.rate()).isCloseTo(0.005, within(1e-4));
        assertThat(rate(fraud)).isCloseTo(fraud.rate(), within(0.0015));
    }

    @Test
    void idealFaultDetectionHasTheDocumentedAccuracy() {
        MachinesGenerator machines = new MachinesGenerator(STREAMS);

        assertThat(accuracy(machines, machines::logOdds)).isCloseTo(0.940, within(0.005));
    }

    @Test
    void idealRatingsAreAsFarOffAsTheNoise() {
        RatingsGenerator ratings = new RatingsGenerator(STREAMS);

        assertThat(rmse(ratings, x -> ratings.expected((int) x[0], (int) x[1])))
                .isCloseTo(RatingsGenerator.NOISE, within(0.01));
        assertThat(rmse(ratings, x -> 3.5)).isBetween(0.8, 1.05);
    }

    @Test
    void idealForecastsAreAsFarOffAsTheNoise() {
        TrafficGenerator traffic = new TrafficGenerator(STREAMS);

        assertThat(rmse(traffic, TrafficGenerator::expected))
                .isCloseTo(TrafficGenerator.NOISE, within(0.006));
        assertThat(rmse(traffic, x -> x[44])).isCloseTo(0.51, within(0.02));
    }

    @Test
    void lossOfTheTrueProbabilitiesIsTheLeastPossible() {
        LogitGenerator logit = new LogitGenerator(STREAMS);
        ToDoubleFunction<float[]> logOdds = x -> 2 * logit.probability(x) - 1;

        assertThat(LogitGenerator.leastLoss()).isCloseTo(0.462, within(5e-4));
        assertThat(LogitGenerator.bestAccuracy()).isCloseTo(0.778, within(5e-4));
        assertThat(accuracy(logit, logOdds))
                .isCloseTo(LogitGenerator.bestAccuracy(), within(0.009));
        float[] example = new float[10];
        double loss = 0;
        for (int i = 0; i < COUNT; i++) {
            logit.features(Part.TEST, i, example, 0);
            double probability = logit.probability(example);
            loss -= Math.log(logit.label(Part.TEST, i) == 1 ? probability : 1 - probability);
        }
        assertThat(loss / COUNT).isCloseTo(LogitGenerator.leastLoss(), within(0.01));
    }

    /** The weights themselves descend here, on examples, where the formula has one number. */
    @Test
    void gradientDescentHasTheExpectedLosses() {
        LocalDataset data =
                new LogitProvider().open(null, Map.of("test-examples", "40000"), 5).test();
        double[] expected = LogitGenerator.expectedLosses(2, 10);
        double[] weights = new double[10];
        for (double loss : expected) {
            assertThat(descend(data, weights, 2)).isCloseTo(loss, within(0.01));
        }
        assertThat(expected[0]).isCloseTo(Math.log(2), within(1e-9));
        assertThat(expected[10]).isLessThan(0.48);
    }

    @ParameterizedTest
    @CsvSource({
        "medical, hospital, 8",
        "fraud, bank, 5",
        "machines, machine, 10",
        "ratings, user, 300",
        "traffic, road, 12"
    })
    void sitesAreAColumnAndAnExampleDependsOnSeedAndIndexOnly(
            String name, String column, int sites) {
        DatasetSource source =
                DatasetCatalog.load().open(name, null, Map.of("examples", "3000"), 7);
        float[] groups = source.trainGroups(column);
        float[] labels = source.trainLabels();

        assertThat(Arrays.stream(toDoubles(groups)).distinct().count()).isEqualTo(sites);
        LocalDataset some = source.train(new int[] {2999, 3});
        assertThat(some.labels()).containsExactly(labels[2999], labels[3]);
        assertThat(source.train(new int[] {3}).features())
                .isEqualTo(some.subset(new int[] {1}).features());
        assertThatThrownBy(() -> source.trainGroups("color"))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("\"color\"")
                .hasMessageContaining(column);
    }

    @Test
    void firstSiteIsTheLargestAndRatesRise() {
        SitedLabels labels = new SitedLabels(new Sites(STREAMS, "x", "y", 4), 0.1, 0.4);
        int[] sizes = new int[4];
        int[] ones = new int[4];
        for (int i = 0; i < COUNT; i++) {
            int site = labels.sites().of(Part.TRAIN, i);
            sizes[site]++;
            ones[site] += labels.label(Part.TRAIN, i);
        }
        for (int site = 0; site < 4; site++) {
            assertThat((double) sizes[site] / COUNT)
                    .isCloseTo(labels.sites().share(site), within(0.01));
            assertThat((double) ones[site] / sizes[site])
                    .isCloseTo(0.1 + 0.1 * site, within(0.025));
        }
    }

    /** One step of descent; the loss before it. */
    private static double descend(LocalDataset data, double[] weights, double learningRate) {
        double[] gradient = new double[weights.length];
        double loss = 0;
        for (int i = 0; i < data.exampleCount(); i++) {
            int sign = data.labels()[i] == 1 ? 1 : -1;
            double product = 0;
            for (int k = 0; k < weights.length; k++) {
                product += weights[k] * data.features()[i * weights.length + k];
            }
            loss += Math.log1p(Math.exp(-sign * product));
            for (int k = 0; k < weights.length; k++) {
                gradient[k] -=
                        sign
                                * data.features()[i * weights.length + k]
                                / (1 + Math.exp(sign * product));
            }
        }
        for (int k = 0; k < weights.length; k++) {
            weights[k] -= learningRate * gradient[k] / data.exampleCount();
        }
        return loss / data.exampleCount();
    }

    private static double accuracy(ExampleGenerator generator, ToDoubleFunction<float[]> logOdds) {
        double[] scores = scores(generator, logOdds);
        int right = 0;
        for (int i = 0; i < COUNT; i++) {
            right += scores[i] > 0 == (generator.label(Part.TEST, i) == 1) ? 1 : 0;
        }
        return (double) right / COUNT;
    }

    private static double auc(ExampleGenerator generator, ToDoubleFunction<float[]> score) {
        double[] scores = scores(generator, score);
        Integer[] order = new Integer[COUNT];
        Arrays.setAll(order, i -> i);
        Arrays.sort(order, (a, b) -> Double.compare(scores[a], scores[b]));
        long zeros = 0;
        long ones = 0;
        long ordered = 0;
        for (int i : order) {
            boolean one = generator.label(Part.TEST, i) == 1;
            ordered += one ? zeros : 0;
            zeros += one ? 0 : 1;
            ones += one ? 1 : 0;
        }
        return (double) ordered / (zeros * ones);
    }

    private static double rmse(ExampleGenerator generator, ToDoubleFunction<float[]> prediction) {
        double[] predictions = scores(generator, prediction);
        double squares = 0;
        for (int i = 0; i < COUNT; i++) {
            double error = predictions[i] - generator.label(Part.TEST, i);
            squares += error * error;
        }
        return Math.sqrt(squares / COUNT);
    }

    private static double rate(ExampleGenerator generator) {
        int ones = 0;
        for (int i = 0; i < COUNT; i++) {
            ones += generator.label(Part.TEST, i) == 1 ? 1 : 0;
        }
        return (double) ones / COUNT;
    }

    private static double[] scores(ExampleGenerator generator, ToDoubleFunction<float[]> score) {
        int size = 1;
        for (long extent : generator.featureShape()) {
            size *= (int) extent;
        }
        double[] scores = new double[COUNT];
        for (int i = 0; i < COUNT; i++) {
            float[] features = new float[size];
            generator.features(Part.TEST, i, features, 0);
            scores[i] = score.applyAsDouble(features);
        }
        return scores;
    }

    private static double[] toDoubles(float[] values) {
        double[] doubles = new double[values.length];
        Arrays.setAll(doubles, i -> values[i]);
        return doubles;
    }
}
