package dev.tributary.aggregate.robust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

import dev.tributary.aggregate.Aggregator;
import dev.tributary.parameters.HostVector;
import dev.tributary.parameters.ParameterKind;
import dev.tributary.parameters.ParameterLayout;
import dev.tributary.testkit.EngineExtension;
import dev.tributary.testkit.SeededCases;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** Each rule beside numbers worked out by hand, or beside the same in a few lines of plain Java. */
@ExtendWith(EngineExtension.class)
class RobustRulesTest {

    static LongStream seeds() {
        return SeededCases.seeds(6);
    }

    @Test
    void medianIsTheMiddleValueOrTheMeanOfTheMiddleTwo(NDManager manager) throws IOException {
        assertThat(fold(manager, new CoordinateMedian(), row(1, 9), row(100, 7), row(2, -8)))
                .containsExactly(2, 7);
        assertThat(fold(manager, new CoordinateMedian(), row(1), row(4), row(-50), row(99)))
                .containsExactly(2.5f);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void medianIsThatOfSortedValuesToTheBit(long seed, NDManager manager) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        float[][] rows = random(random, random.nextInt(1, 40), 77);
        // Values that occur often, and one whose float32 sum with itself would be infinite.
        for (float[] row : rows) {
            row[0] = random.nextInt(3);
            row[1] = Float.MAX_VALUE;
        }
        float[] found = fold(manager, new CoordinateMedian(), rows);
        for (int i = 0; i < found.length; i++) {
            int column = i;
            double[] sorted =
                    Arrays.stream(rows).mapToDouble(row -> row[column]).sorted().toArray();
            int n = sorted.length;
            assertThat(found[i]).isEqualTo((float) ((sorted[(n - 1) / 2] + sorted[n / 2]) / 2));
        }
    }

    @Test
    void trimmedMeanLeavesTheExtremesOut(NDManager manager) throws IOException {
        float[] found =
                fold(
                        manager,
                        new TrimmedMean(1),
                        row(1, 5),
                        row(3, -1000),
                        row(5, 7),
                        row(1000, 9),
                        row(-1000, 1000));
        assertThat(found).containsExactly(3, 7);
    }

    @Test
    void krumChoosesTheUpdateNearestToItsNeighbours(NDManager manager) throws IOException {
        // n = 5, f = 1: two neighbours. Scores of 0, 1, 3: 1 + 9, 1 + 4, 4 + 9.
        float[] found = fold(manager, new Krum(1), row(0), row(1), row(3), row(100), row(-60));
        assertThat(found).containsExactly(1);
    }

    @Test
    void multiKrumAveragesTheBest(NDManager manager) throws IOException {
        float[][] rows = {row(0), row(1), row(3), row(100), row(8)};
        // Scores by two neighbours: 10, 5, 13, and 25 + 49 = 74 of 8.
        assertThat(fold(manager, new MultiKrum(1, 2), rows)).containsExactly(0.5f);
        assertThat(fold(manager, new MultiKrum(1, 0), rows)).containsExactly(3);
        assertThat(fold(manager, new MultiKrum(1, 99), rows)).containsExactly(3);
    }

    @Test
    void bulyanAveragesWhatIsNearTheMedianOfTheChosen(NDManager manager) throws IOException {
        // Krum, again and again, leaves -1 out and then 1000; of 0, 1, 2, 4, 7 the three nearest
        // to the median 2 count.
        float[] found =
                fold(
                        manager,
                        new Bulyan(1),
                        row(0),
                        row(1),
                        row(2),
                        row(4),
                        row(7),
                        row(1000),
                        row(-500));
        assertThat(found).containsExactly(1);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void bulyanIsThatOfItsPaperInPlainJava(long seed, NDManager manager) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        int byzantine = random.nextInt(1, 4);
        float[][] rows = random(random, 4 * byzantine + 3 + random.nextInt(4), 33);
        float[] found = fold(manager, new Bulyan(byzantine), rows);
        // Where but one neighbour counts, the two that are next to each other tie: the first wins.
        Arrays.sort(rows, Comparator.comparing(RobustRulesTest::kept));
        float[] expected = PlainBulyan.of(rows, byzantine);
        for (int i = 0; i < found.length; i++) {
            assertThat(found[i]).isCloseTo(expected[i], within(1e-6f));
        }
    }

    @Test
    void geometricMedianOfALineIsItsWeightedMedian(NDManager manager) throws IOException {
        GeometricMedian rule = new GeometricMedian(500, 1e-9);
        assertThat(fold(manager, rule, row(0), row(1), row(1000))[0]).isCloseTo(1, within(1e-2f));
        try (Aggregator aggregator = rule.apply(manager, layout(1))) {
            aggregator.accumulate(HostVector.of(row(0)), 0, 5);
            aggregator.accumulate(HostVector.of(row(1)), 1, 1);
            aggregator.accumulate(HostVector.of(row(1000)), 1000, 2);
            assertThat(finish(manager, aggregator)[0]).isCloseTo(0, within(1e-2f));
        }
    }

    @Test
    void geometricMedianTakesTheStepOfWeiszfeld(NDManager manager) throws IOException {
        try (Aggregator aggregator = new GeometricMedian(1, 1e-6).apply(manager, layout(2))) {
            aggregator.accumulate(HostVector.of(row(4, 0)), 4, 1);
            aggregator.accumulate(HostVector.of(row(2, -2)), 2, 2);
            aggregator.accumulate(HostVector.of(row(0, 4)), 4, 1);
            float[] found = finish(manager, aggregator);
            double root = Math.sqrt(20);
            double[] shares = {1 / 2.0, 2 / 2.0, 1 / root};
            double sum = shares[0] + shares[1] + shares[2];
            // The mean is (2, 0): distances 2, 2 and the root of 20.
            assertThat(found[0]).isCloseTo((float) ((4 * shares[0] + 2) / sum), within(1e-6f));
            assertThat(found[1]).isCloseTo((float) ((-2 + 4 * shares[2]) / sum), within(1e-6f));
        }
    }

    @Test
    void normClippingShortensLongUpdatesAndNoCounters(NDManager manager) throws IOException {
        ParameterLayout layout =
                ParameterLayout.builder()
                        .trainable("w", 2)
                        .add("seen", List.of(), ParameterKind.COUNTER)
                        .build();
        try (Aggregator aggregator = new NormClipping(5).apply(manager, layout)) {
            aggregator.accumulate(HostVector.of(row(30, 40, 9)), 40, 1);
            aggregator.accumulate(HostVector.of(row(1, 2, 4)), 4, 3);
            assertThat(finish(manager, aggregator))
                    .containsExactly(new float[] {1.5f, 2.5f, 9}, within(1e-6f));
            assertThat(aggregator.fits(Float.MAX_VALUE, 1000)).isTrue();
            assertThat(aggregator.keepsUpdates()).isFalse();
        }
    }

    @Test
    void centeredClippingStartsFromTheAggregateBefore(NDManager manager) throws IOException {
        try (Aggregator aggregator = new CenteredClipping(2, 1).apply(manager, layout(1))) {
            accumulate(aggregator, row(1), row(10), row(-1));
            // Around 0: (1 + 2 - 1) / 3.
            assertThat(finish(manager, aggregator)[0]).isCloseTo(2 / 3f, within(1e-6f));
            aggregator.reset();
            assertThat(aggregator.state().orElseThrow().toFloatArray()).containsExactly(0);
            accumulate(aggregator, row(1), row(10), row(-1));
            aggregator.next();
            accumulate(aggregator, row(2 / 3f), row(100), row(2 / 3f));
            // Around 2/3: two stay, one moves it by 2, a third each.
            assertThat(finish(manager, aggregator)[0]).isCloseTo(4 / 3f, within(1e-6f));
        }
    }

    @Test
    void centeredClippingMayTakeSeveralSteps(NDManager manager) throws IOException {
        // From 0 by 1, 1 and 1 thirds, then from 1: by 0, 1 and 1.
        float[] found = fold(manager, new CenteredClipping(1, 2), row(1), row(10), row(10));
        assertThat(found[0]).isCloseTo(5 / 3f, within(1e-6f));
    }

    @Test
    void everyRuleThatNeedsMoreSaysHowManyAndWhy(NDManager manager) {
        refuses(manager, new TrimmedMean(2), 4, "the trimmed mean: expected at least 5", "2f + 1");
        refuses(manager, new Krum(2), 6, "Krum: expected at least 7", "n >= 2f + 3 with f = 2");
        refuses(manager, new MultiKrum(1, 0), 4, "Multi-Krum: expected at least 5", "2f + 3");
        refuses(manager, new Bulyan(2), 10, "Bulyan: expected at least 11", "n >= 4f + 3");
        refuses(manager, new CoordinateMedian(), 0, "expected at least 1 updates", "n >= 1");
        assertThatThrownBy(() -> new Bulyan(1).minimum().requireOf("cohort.minimum", 5))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "cohort.minimum: expected at least 7, because Bulyan needs n >= 4f + 3 with"
                                + " f = 1; found 5");
        assertThatThrownBy(() -> new Krum(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new NormClipping(0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void whatIsExchangedBesideTheModelIsRefused(NDManager manager) {
        ParameterLayout layout =
                ParameterLayout.builder()
                        .trainable("w", 1)
                        .add("control", List.of(1L), ParameterKind.AUXILIARY)
                        .build();
        for (Aggregator.Factory rule : List.of(new Krum(1), new NormClipping(1))) {
            assertThatThrownBy(() -> rule.apply(manager, layout))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("found 1 auxiliary elements");
        }
    }

    @Test
    void statisticsGoByTheRuleAndCountersKeepTheirMaximum(NDManager manager) throws IOException {
        ParameterLayout layout =
                ParameterLayout.builder()
                        .add("count", List.of(), ParameterKind.COUNTER)
                        .add("variance", List.of(1L), ParameterKind.STATISTIC)
                        .trainable("w", 1)
                        .build();
        try (Aggregator aggregator = new CoordinateMedian().apply(manager, layout)) {
            accumulate(aggregator, row(1, 10, 4), row(2, 1e9f, 7), row(3, 20, 5));
            assertThat(finish(manager, aggregator)).containsExactly(2, 20, 7);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 63, 64, 65, 4_097, 210_003, 1_048_577})
    void blocksMeetWithoutGaps(int size, NDManager manager) throws IOException {
        float[] zeros = new float[size];
        float[] ramp = new float[size];
        float[] twice = new float[size];
        for (int i = 0; i < size; i++) {
            ramp[i] = i;
            twice[i] = 2 * i;
        }
        float[][] rows = {zeros, ramp, twice, ramp, ramp};
        // Not containsExactly, which takes minutes to describe a difference.
        assertThat(Arrays.equals(fold(manager, new CoordinateMedian(), rows), ramp)).isTrue();
        assertThat(Arrays.equals(fold(manager, new Krum(1), rows), ramp)).isTrue();
    }

    @Test
    @Tag("cpu")
    void memoryStaysFlatOverManyRounds(NDManager manager) throws IOException {
        for (Aggregator.Factory rule :
                List.of(new Bulyan(1), new GeometricMedian(3, 1e-6), new CenteredClipping(1, 2))) {
            float[][] rows = random(new SplittableRandom(9), 7, 100);
            try (Aggregator aggregator = rule.apply(manager, layout(100))) {
                int before = manager.getManagedArrays().size();
                for (int round = 0; round < 20; round++) {
                    accumulate(aggregator, rows);
                    assertThat(finish(manager, aggregator)).hasSize(100);
                    aggregator.next();
                }
                assertThat(manager.getManagedArrays()).hasSize(before);
            }
        }
    }

    private static void refuses(
            NDManager manager, Aggregator.Factory rule, int updates, String... told) {
        float[][] rows = Stream.generate(() -> row(1)).limit(updates).toArray(float[][]::new);
        assertThatThrownBy(() -> fold(manager, rule, rows))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContainingAll(told)
                .hasMessageContaining("found " + updates);
    }

    private static KeptUpdate kept(float[] values) {
        try {
            return KeptUpdate.of(HostVector.of(values), 1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static float[] row(float... values) {
        return values;
    }

    private static float[][] random(SplittableRandom random, int rows, int size) {
        return Stream.generate(() -> SeededCases.vector(random, size, 1))
                .limit(rows)
                .toArray(float[][]::new);
    }

    private static ParameterLayout layout(int size) {
        return ParameterLayout.builder().trainable("w", size).build();
    }

    private static float[] fold(NDManager manager, Aggregator.Factory rule, float[]... rows)
            throws IOException {
        int size = rows.length == 0 ? 1 : rows[0].length;
        try (Aggregator aggregator = rule.apply(manager, layout(size))) {
            accumulate(aggregator, rows);
            return finish(manager, aggregator);
        }
    }

    private static void accumulate(Aggregator aggregator, float[]... rows) throws IOException {
        for (float[] values : rows) {
            aggregator.accumulate(HostVector.of(values), SeededCases.magnitude(values), 1);
        }
    }

    private static float[] finish(NDManager manager, Aggregator aggregator) {
        try (NDArray aggregate = aggregator.finish(manager)) {
            return aggregate.toFloatArray();
        }
    }
}
