package dev.tributary.data.partition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.data.DataException;
import dev.tributary.random.RandomStreams;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The laws of all partitioners, then what is special to each. */
final class PartitionerTest {
    private static final RandomStreams STREAMS = new RandomStreams(42);

    static Stream<Partitioner> partitioners() {
        return Stream.of(
                Partitioner.iid(),
                Partitioner.shards(1),
                Partitioner.shards(2),
                Partitioner.dirichlet(0.01, 1),
                Partitioner.dirichlet(0.5, 2),
                Partitioner.dirichlet(1000, 1),
                Partitioner.quantity(0.01, 1),
                Partitioner.quantity(0.5, 2));
    }

    @ParameterizedTest
    @MethodSource("partitioners")
    void everyExampleGoesToExactlyOneClient(Partitioner partitioner) {
        SplittableRandom random = new SplittableRandom(3);
        for (int trial = 0; trial < 40; trial++) {
            int clients = 1 + random.nextInt(20);
            float[] labels = labels(random, 2 * clients + random.nextInt(300));
            int[][] shares = partitioner.partition(labels, clients, new RandomStreams(trial));
            assertThat(shares).as("trial %d", trial).hasNumberOfRows(clients);
            assertThat(Arrays.stream(shares).flatMapToInt(Arrays::stream).sorted())
                    .as("trial %d", trial)
                    .containsExactly(
                            IntStream.range(0, labels.length).boxed().toArray(Integer[]::new));
            assertThat(Arrays.asList(shares))
                    .allSatisfy(share -> assertThat(share).isNotEmpty().isSorted());
        }
    }

    @ParameterizedTest
    @MethodSource("partitioners")
    void partitionDependsOnTheSeedAlone(Partitioner partitioner) {
        float[] labels = balanced(500);
        int[][] shares = partitioner.partition(labels, 10, STREAMS);
        assertThat(partitioner.partition(labels.clone(), 10, new RandomStreams(42)))
                .isDeepEqualTo(shares);
        assertThat(
                        Arrays.deepEquals(
                                shares, partitioner.partition(labels, 10, new RandomStreams(43))))
                .isFalse();
    }

    @ParameterizedTest
    @MethodSource("partitioners")
    void moreClientsThanExamplesIsRefused(Partitioner partitioner) {
        assertThatThrownBy(() -> partitioner.partition(balanced(9), 10, STREAMS))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("for each of 10 clients, found 9");
        assertThatThrownBy(() -> partitioner.partition(balanced(9), 0, STREAMS))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("clients: expected at least 1, found 0");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 7, 100, 1003})
    void iidSharesAreEqualAndMixed(int clients) {
        float[] labels = balanced(1003);
        int[][] shares = Partitioner.iid().partition(labels, clients, STREAMS);
        assertThat(Arrays.asList(shares))
                .allSatisfy(
                        share ->
                                assertThat(share.length)
                                        .isBetween(1003 / clients, (1003 + clients - 1) / clients));
        if (clients <= 7) {
            assertThat(Arrays.asList(shares))
                    .allSatisfy(share -> assertThat(distinctLabels(labels, share)).isEqualTo(10));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5})
    void shardsBoundTheLabelsOfAClient(int shardsPerClient) {
        float[] labels = balanced(1000);
        int[][] shares = Partitioner.shards(shardsPerClient).partition(labels, 20, STREAMS);
        assertThat(Arrays.asList(shares))
                .allSatisfy(
                        share -> {
                            assertThat(share).hasSize(50);
                            assertThat(distinctLabels(labels, share)).isBetween(1, shardsPerClient);
                        });
    }

    @Test
    void shardsThatDoNotDivideEvenlyDifferByOneAndAddAtMostOneLabelEach() {
        float[] labels = balanced(997);
        int[][] shares = Partitioner.shards(2).partition(labels, 13, STREAMS);
        assertThat(Arrays.asList(shares))
                .allSatisfy(
                        share -> {
                            assertThat(share.length).isBetween(76, 78);
                            assertThat(distinctLabels(labels, share)).isBetween(1, 4);
                        });
    }

    @Test
    void smallAlphaSeparatesLabelsAndLargeAlphaMixesThem() {
        float[] labels = balanced(10_000);
        double harsh = largestShareOfOneLabel(labels, Partitioner.dirichlet(0.05, 1));
        double mild = largestShareOfOneLabel(labels, Partitioner.dirichlet(0.5, 1));
        double mixed = largestShareOfOneLabel(labels, Partitioner.dirichlet(1000, 1));
        assertThat(harsh).isGreaterThan(0.6);
        assertThat(mild).isBetween(0.2, 0.6);
        assertThat(mixed).isBetween(0.1, 0.13);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.001, 0.1, 10})
    void everyClientHasTheMinimum(double alpha) {
        float[] labels = balanced(1000);
        for (Partitioner partitioner :
                List.of(Partitioner.dirichlet(alpha, 50), Partitioner.quantity(alpha, 50))) {
            assertThat(Arrays.asList(partitioner.partition(labels, 20, STREAMS)))
                    .allSatisfy(share -> assertThat(share).hasSize(50));
            assertThat(Arrays.asList(partitioner.partition(labels, 15, STREAMS)))
                    .allSatisfy(share -> assertThat(share).hasSizeGreaterThanOrEqualTo(50));
        }
    }

    @Test
    void quantitySkewsSizesAndNotLabels() {
        float[] labels = balanced(10_000);
        int[][] shares = Partitioner.quantity(0.5, 100).partition(labels, 10, STREAMS);
        int largest = Arrays.stream(shares).mapToInt(share -> share.length).max().orElseThrow();
        assertThat(largest).isGreaterThan(2000);
        assertThat(Arrays.asList(shares))
                .allSatisfy(share -> assertThat(distinctLabels(labels, share)).isEqualTo(10));
        int[][] equal = Partitioner.quantity(1e6, 1).partition(labels, 10, STREAMS);
        assertThat(Arrays.asList(equal))
                .allSatisfy(share -> assertThat(share.length).isBetween(980, 1020));
    }

    @ParameterizedTest
    @CsvSource({"1, 10", "2, 5", "2, 100", "3, 4", "7, 9", "10, 3"})
    void everyClientHoldsJustSoManyClasses(int classesPerClient, int clients) {
        float[] labels = balanced(2003);
        Partitioner partitioner = Partitioner.classes(classesPerClient);
        int[][] shares = partitioner.partition(labels, clients, STREAMS);
        assertThat(shares).hasNumberOfRows(clients);
        assertThat(Arrays.asList(shares))
                .allSatisfy(
                        share ->
                                assertThat(distinctLabels(labels, share))
                                        .isEqualTo(classesPerClient))
                .allSatisfy(share -> assertThat(share).isSorted());
        assertThat(Arrays.stream(shares).flatMapToInt(Arrays::stream).sorted().toArray())
                .isEqualTo(IntStream.range(0, labels.length).toArray());
        assertThat(partitioner.partition(labels, clients, STREAMS)).isDeepEqualTo(shares);
        int[] holders = new int[10];
        for (int[] share : shares) {
            Arrays.stream(share).map(i -> (int) labels[i]).distinct().forEach(c -> holders[c]++);
        }
        assertThat(Arrays.stream(holders).max().orElseThrow())
                .isLessThanOrEqualTo(Arrays.stream(holders).min().orElseThrow() + 1);
    }

    @Test
    void classesThatCannotBeDealtSoAreNamed() {
        assertThatThrownBy(() -> Partitioner.classes(2).partition(balanced(99), 4, STREAMS))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("of at least 3, so that 4 clients hold all, found 2");
        assertThatThrownBy(() -> Partitioner.classes(11).partition(balanced(99), 4, STREAMS))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("at most 10, the classes that there are");
        float[] oneOfAKind = balanced(100);
        Arrays.fill(oneOfAKind, 0, 91, 1);
        assertThatThrownBy(() -> Partitioner.classes(5).partition(oneOfAKind, 20, STREAMS))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("one for each client that holds it, found 1");
    }

    @Test
    void wrongSettingsAreNamed() {
        assertThatThrownBy(() -> Partitioner.shards(0)).isInstanceOf(DataException.class);
        assertThatThrownBy(() -> Partitioner.dirichlet(0, 1)).isInstanceOf(DataException.class);
        assertThatThrownBy(() -> Partitioner.dirichlet(1, 0)).isInstanceOf(DataException.class);
        assertThatThrownBy(() -> Partitioner.quantity(Double.NaN, 1))
                .isInstanceOf(DataException.class)
                .hasMessage("alpha: expected a finite positive number, found NaN");
    }

    private static float[] balanced(int count) {
        float[] labels = new float[count];
        for (int i = 0; i < count; i++) {
            labels[i] = i % 10;
        }
        return labels;
    }

    private static float[] labels(SplittableRandom random, int count) {
        float[] labels = new float[count];
        for (int i = 0; i < count; i++) {
            labels[i] = random.nextInt(1 + random.nextInt(10));
        }
        return labels;
    }

    private static int distinctLabels(float[] labels, int[] share) {
        return (int) Arrays.stream(share).mapToObj(i -> labels[i]).distinct().count();
    }

    /** The part of a client's examples that its commonest label has, averaged over 10 clients. */
    private static double largestShareOfOneLabel(float[] labels, Partitioner partitioner) {
        double sum = 0;
        for (int[] share : partitioner.partition(labels, 10, STREAMS)) {
            int[] counts = new int[10];
            for (int index : share) {
                counts[(int) labels[index]]++;
            }
            sum += (double) Arrays.stream(counts).max().orElseThrow() / share.length;
        }
        return sum / 10;
    }

    @Test
    void naturalGroupsStayTogetherAndTheLargestComeFirst() {
        float[] groups = {3, 1, 1, 2, 1, 3, 0};
        RandomStreams streams = new RandomStreams(1);
        assertThat(Partitioner.natural().partition(groups, 4, streams))
                .isDeepEqualTo(new int[][] {{1, 2, 4}, {0, 5}, {6}, {3}});
        // The two smallest groups fill up the second client.
        assertThat(Partitioner.natural().partition(groups, 2, streams))
                .isDeepEqualTo(new int[][] {{1, 2, 3, 4}, {0, 5, 6}});
        assertThatThrownBy(() -> Partitioner.natural().partition(groups, 5, streams))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("at least as many groups as clients, 5, found 4");
    }
}
