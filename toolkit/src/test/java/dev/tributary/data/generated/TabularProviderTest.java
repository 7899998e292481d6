package dev.tributary.data.generated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tributary.data.DataException;
import dev.tributary.data.DatasetSource;
import dev.tributary.data.LocalDataset;
import dev.tributary.data.generated.ExampleGenerator.Part;
import dev.tributary.random.RandomStreams;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.IntStream;

final class TabularProviderTest {
    private static final int COUNT = 20_000;
    private static final RandomStreams STREAMS = new RandomStreams(11);

    @ParameterizedTest
    @CsvSource({"2, 2, 0.05", "10, 2, 0.2", "10, 3, 0", "7, 5, 0.3"})
    void bayesAccuracyIsOneMinusNoise(int features, int classes, double noise) {
        SpiralGenerator generator = new SpiralGenerator(STREAMS, features, classes, noise);
        float[] example = new float[features];
        int right = 0;
        for (int i = 0; i < COUNT; i++) {
            generator.features(Part.TEST, i, example, 0);
            right += generator.bayesClass(example) == generator.label(Part.TEST, i) ? 1 : 0;
        }
        double fourDeviations = 4 * Math.sqrt(noise * (1 - noise) / COUNT);
        assertThat((double) right / COUNT).isCloseTo(1 - noise, within(fourDeviations + 1e-3));
    }

    @Test
    void featuresAreStandardNormalAndClassesEquallyFrequent() {
        DatasetSource source = open(Map.of("examples", "20000", "classes", "4", "features", "6"));
        LocalDataset data = source.train(IntStream.range(0, COUNT).toArray());
        for (int feature = 0; feature < 6; feature++) {
            double sum = 0;
            double squares = 0;
            for (int i = 0; i < COUNT; i++) {
                double value = data.features()[i * 6 + feature];
                sum += value;
                squares += value * value;
            }
            assertThat(sum / COUNT).as("mean of feature %d", feature).isCloseTo(0, within(0.03));
            assertThat(squares / COUNT).as("variance of %d", feature).isCloseTo(1, within(0.05));
        }
        int[] counts = new int[4];
        for (float label : data.labels()) {
            counts[(int) label]++;
        }
        assertThat(Arrays.stream(counts).boxed())
                .allSatisfy(count -> assertThat(count).isBetween(4800, 5200));
    }

    /** With unit covariance, the difference of the class means is the best linear direction. */
    @Test
    void lineThroughTheCenterFindsThreeQuartersOfTheTrueClasses() {
        DatasetSource source = open(Map.of("examples", "20000", "noise", "0", "features", "5"));
        LocalDataset data = source.train(IntStream.range(0, COUNT).toArray());
        double[] direction = new double[5];
        for (int i = 0; i < data.features().length; i++) {
            direction[i % 5] += data.features()[i] * (data.labels()[i / 5] == 1 ? 1 : -1);
        }
        int right = 0;
        for (int i = 0; i < COUNT; i++) {
            double score = 0;
            for (int k = 0; k < 5; k++) {
                score += direction[k] * data.features()[i * 5 + k];
            }
            right += score > 0 == (data.labels()[i] == 1) ? 1 : 0;
        }
        assertThat((double) right / COUNT).isCloseTo(0.75, within(0.03));
    }

    @Test
    void exampleDependsOnSeedPartAndIndexOnly() {
        DatasetSource source = open(Map.of());
        LocalDataset some = source.train(new int[] {5999, 3});
        assertThat(some.features())
                .isEqualTo(
                        source.train(IntStream.range(0, 6000).toArray())
                                .subset(new int[] {5999, 3})
                                .features());
        assertThat(source.test().exampleCount()).isEqualTo(1000);
        assertThat(source.test().features()).startsWith(open(Map.of()).test().features()[0]);
        assertThat(source.test().features()[0])
                .isNotEqualTo(source.train(new int[] {0}).features()[0]);
    }

    @Test
    void wrongOptionsAreNamed() {
        assertThatThrownBy(() -> open(Map.of("noise", "0.5")))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("option \"noise\"");
        assertThatThrownBy(() -> open(Map.of("nois", "0.1")))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("unknown [nois]");
    }

    private static DatasetSource open(Map<String, String> options) {
        return new TabularProvider().open(null, options, 11);
    }
}
