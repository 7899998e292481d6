package dev.tributary.data.generated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tributary.data.DataException;
import dev.tributary.data.DatasetSource;
import dev.tributary.data.LocalDataset;

import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.IntStream;

final class DigitsProviderTest {
    private static final int PIXELS = 784;
    private static final long SEED = 7;
    private static final int HASH_OF_FIRST_HUNDRED = 1438825520;

    private final DatasetSource source = open(SEED, Map.of());

    @Test
    void defaultsAreSixThousandAndOneThousandBalancedExamples() {
        assertThat(source.test().exampleCount()).isEqualTo(1000);
        assertThat(source.featureShape()).containsExactly(1, 28, 28);
        assertThat(source.classCount()).isEqualTo(10);
        int[] counts = new int[10];
        for (float label : source.trainLabels()) {
            counts[(int) label]++;
        }
        assertThat(counts).containsOnly(600);
    }

    @Test
    void exampleDependsOnSeedPartAndIndexOnly() {
        LocalDataset some = source.train(new int[] {17, 3, 17});
        DatasetSource other = open(SEED, Map.of("examples", "20", "test-examples", "20"));
        LocalDataset all = other.train(IntStream.range(0, 20).toArray());
        assertThat(some.features()).isEqualTo(all.subset(new int[] {17, 3, 17}).features());
        assertThat(some.labels()).containsExactly(7, 3, 7);
        assertThat(all.features()).isNotEqualTo(other.test().features());
        assertThat(all.features())
                .isNotEqualTo(open(8, Map.of()).train(IntStream.range(0, 20).toArray()).features());
    }

    /** Agents on other machines, and next year's version, must draw the same digits. */
    @Test
    void examplesStayTheSameFromVersionToVersion() {
        float[] features = source.train(IntStream.range(0, 100).toArray()).features();
        assertThat(Arrays.hashCode(features)).isEqualTo(HASH_OF_FIRST_HUNDRED);
    }

    @Test
    void pixelsHaveAboutMeanZeroAndDeviationOne() {
        float[] features = source.train(IntStream.range(0, 2000).toArray()).features();
        double mean =
                IntStream.range(0, features.length)
                        .mapToDouble(i -> features[i])
                        .average()
                        .orElseThrow();
        double square =
                IntStream.range(0, features.length)
                        .mapToDouble(i -> features[i] * features[i])
                        .average()
                        .orElseThrow();
        assertThat(mean).isCloseTo(0, within(0.02));
        assertThat(Math.sqrt(square - mean * mean)).isCloseTo(1, within(0.02));
    }

    @Test
    void strokesStayOffTheBorder() {
        LocalDataset digits = source.train(IntStream.range(0, 2000).toArray());
        int bright = 0;
        int brightAtBorder = 0;
        for (int i = 0; i < digits.features().length; i++) {
            int row = i % PIXELS / 28;
            int column = i % 28;
            boolean border = row == 0 || row == 27 || column == 0 || column == 27;
            if (digits.features()[i] > 1) {
                bright++;
                brightAtBorder += border ? 1 : 0;
            }
        }
        assertThat(bright / 2000).as("bright pixels of a digit").isBetween(50, 150);
        assertThat((double) brightAtBorder / bright).isLessThan(0.01);
    }

    @Test
    void digitsAreLearnableYetNotTrivial() {
        LocalDataset train = source.train(IntStream.range(0, 2000).toArray());
        LocalDataset test = source.test().subset(IntStream.range(0, 300).toArray());
        assertThat(accuracy(train, test)).as("nearest neighbour").isBetween(0.85, 0.995);
        assertThat(accuracy(centroids(train), test)).as("nearest mean").isBetween(0.5, 0.85);
    }

    @Test
    void examplesThatDoNotExistAreRefused() {
        assertThatThrownBy(() -> source.train(new int[] {6000}))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void wrongOptionsAreNamed() {
        assertThatThrownBy(() -> open(SEED, Map.of("examples", "0")))
                .isInstanceOf(DataException.class)
                .hasMessage(
                        "data set \"digits\": option \"examples\": expected a whole number in"
                                + " [1, 2000000], found \"0\"");
    }

    private static DatasetSource open(long seed, Map<String, String> options) {
        return new DigitsProvider().open(null, options, seed);
    }

    private static LocalDataset centroids(LocalDataset data) {
        float[] means = new float[10 * PIXELS];
        int[] counts = new int[10];
        for (float label : data.labels()) {
            counts[(int) label]++;
        }
        for (int i = 0; i < data.features().length; i++) {
            int label = (int) data.labels()[i / PIXELS];
            means[label * PIXELS + i % PIXELS] += data.features()[i] / counts[label];
        }
        float[] labels = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
        return new LocalDataset(means, data.featureShape(), labels, 10);
    }

    /** The accuracy of taking the label of the nearest known example. */
    private static double accuracy(LocalDataset known, LocalDataset test) {
        int right = 0;
        for (int i = 0; i < test.exampleCount(); i++) {
            int nearest = 0;
            double least = Double.POSITIVE_INFINITY;
            for (int k = 0; k < known.exampleCount(); k++) {
                double square = square(known.features(), k, test.features(), i);
                if (square < least) {
                    least = square;
                    nearest = k;
                }
            }
            right += known.labels()[nearest] == test.labels()[i] ? 1 : 0;
        }
        return (double) right / test.exampleCount();
    }

    private static double square(float[] a, int i, float[] b, int k) {
        float sum = 0;
        for (int pixel = 0; pixel < PIXELS; pixel++) {
            float difference = a[i * PIXELS + pixel] - b[k * PIXELS + pixel];
            sum += difference * difference;
        }
        return sum;
    }
}
