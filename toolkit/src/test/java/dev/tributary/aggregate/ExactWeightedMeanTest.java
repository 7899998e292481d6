package dev.tributary.aggregate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

import dev.tributary.aggregate.ExactWeightedMean.Share;
import dev.tributary.parameters.HostVector;
import dev.tributary.parameters.ParameterKind;
import dev.tributary.parameters.ParameterLayout;
import dev.tributary.testkit.AggregatorContract;
import dev.tributary.testkit.HalfFiles;
import dev.tributary.testkit.SeededCases;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

class ExactWeightedMeanTest extends AggregatorContract {
    @TempDir private Path directory;

    @Override
    protected Aggregator open(NDManager manager, ParameterLayout layout) {
        return new ExactWeightedMean(manager, layout);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void anySplitIntoPartialSumsGivesTheSameBits(long seed, NDManager manager) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        Update[] updates = updates(random, 9);
        float[] whole = aggregate(manager, updates);
        try (ExactWeightedMean left = new ExactWeightedMean(manager, layout());
                ExactWeightedMean right = new ExactWeightedMean(manager, layout())) {
            for (Update update : updates) {
                accumulate(random.nextBoolean() ? left : right, new Update[] {update});
            }
            left.merge(right);
            assertThat(left.count()).isEqualTo(updates.length);
            assertThat(finish(manager, left)).containsExactly(whole);
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void meanIsWithinItsStatedErrorOfTheTrueMean(long seed, NDManager manager) throws IOException {
        Update[] updates = updates(new SplittableRandom(seed), 6);
        float[] found = aggregate(manager, updates);
        double totalWeight = 0;
        for (Update update : updates) {
            totalWeight += update.weight();
        }
        double stated = updates.length * 0x1p-32 / totalWeight;
        for (int i = 0; i < found.length; i++) {
            double exact = trueMean(updates, i, totalWeight);
            double rounding = Math.ulp((float) exact);
            assertThat(Math.abs(found[i] - exact)).isLessThanOrEqualTo(stated + rounding);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4, 13, 207, 32_767, 32_768, 32_769, 200_003})
    void everySizeWorksAcrossChunkBorders(int size, NDManager manager) throws IOException {
        ParameterLayout layout = ParameterLayout.builder().trainable("w", size).build();
        float[] values = SeededCases.vector(new SplittableRandom(size), size, 1);
        try (ExactWeightedMean mean = new ExactWeightedMean(manager, layout)) {
            mean.accumulate(HostVector.of(values), 1, 3);
            assertThat(finish(manager, mean)).hasSize(size).startsWith(values[0]);
            float[] found = finish(manager, mean);
            for (int i = 0; i < size; i++) {
                assertThat(Math.abs(found[i] - values[i])).isLessThan(1e-7f);
            }
        }
    }

    @Tag("cpu")
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4, 13, 207, 4_098, 16_384, 16_385, 100_003, 2_100_001})
    void addingOnTheHostAndOnTheDeviceGiveTheSameBits(int size, NDManager manager)
            throws IOException {
        ParameterLayout layout = ParameterLayout.builder().trainable("w", size).build();
        SplittableRandom random = new SplittableRandom(size);
        try (ExactWeightedMean host = new ExactWeightedMean(manager, layout, true);
                ExactWeightedMean device = new ExactWeightedMean(manager, layout, false);
                ExactWeightedMean resident = new ExactWeightedMean(manager, layout)) {
            host.accumulate(HostVector.of(SeededCases.vector(random, size, 1)), 1, 1);
            host.reset();
            for (int i = 0; i < 5; i++) {
                float[] values = SeededCases.vector(random, size, Math.pow(10, i - 3));
                double weight = random.nextInt(1, 5000) / 16.0;
                float magnitude = SeededCases.magnitude(values);
                host.accumulate(HostVector.of(values), magnitude, weight);
                device.accumulate(HostVector.of(values), magnitude, weight);
                try (NDArray array = manager.create(values)) {
                    resident.accumulate(array, magnitude, weight);
                }
            }
            float[] found = finish(manager, host);
            // Not by AssertJ, which compares each value of so many with each.
            assertThat(Arrays.mismatch(found, finish(manager, resident))).isEqualTo(-1);
            assertThat(Arrays.mismatch(found, finish(manager, device))).isEqualTo(-1);
        }
    }

    @Tag("cpu")
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 13, 16_385, 1_048_577, 2_100_001})
    void halvesFromAFileFoldToTheBitsOfTheirValuesOnHostAndDevice(int size, NDManager manager)
            throws IOException {
        SplittableRandom random = new SplittableRandom(size);
        ParameterLayout layout = HalfFiles.layout(size, 5);
        try (ExactWeightedMean host = new ExactWeightedMean(manager, layout, true);
                ExactWeightedMean device = new ExactWeightedMean(manager, layout, false);
                ExactWeightedMean wide = new ExactWeightedMean(manager, layout, true)) {
            for (int i = 0; i < 3; i++) {
                short[] halves = SeededCases.halves(random, size);
                float[] statistics = SeededCases.vector(random, 5, 1e6);
                float[] values = HalfFiles.values(halves, statistics);
                float magnitude = SeededCases.magnitude(values);
                try (FileChannel file =
                        HalfFiles.write(directory.resolve("body"), halves, statistics)) {
                    HostVector update = HalfFiles.vector(file, size, 5);
                    host.accumulate(update, magnitude, 7);
                    device.accumulate(update, magnitude, 7);
                }
                wide.accumulate(HostVector.of(values), magnitude, 7);
            }
            float[] found = finish(manager, wide);
            assertThat(Arrays.mismatch(found, finish(manager, host))).isEqualTo(-1);
            assertThat(Arrays.mismatch(found, finish(manager, device))).isEqualTo(-1);
        }
    }

    @Test
    void emptyLayoutHasAnEmptyMean(NDManager manager) throws IOException {
        ParameterLayout layout = ParameterLayout.builder().trainable("none", 0).build();
        try (ExactWeightedMean mean = new ExactWeightedMean(manager, layout)) {
            mean.accumulate(HostVector.of(new float[0]), 0, 1);
            assertThat(finish(manager, mean)).isEmpty();
        }
    }

    @Test
    void overflowIsImpossible(NDManager manager) throws IOException {
        ParameterLayout layout = ParameterLayout.builder().trainable("w", 1).build();
        float huge = 0x1p29f;
        try (ExactWeightedMean mean = new ExactWeightedMean(manager, layout)) {
            HostVector update = HostVector.of(new float[] {huge});
            mean.accumulate(update, huge, 1);
            assertThat(mean.fits(huge, 1)).isFalse();
            assertThatThrownBy(() -> mean.accumulate(update, huge, 1))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("does not fit");
            assertThat(mean.fits(1, 1)).isTrue();
            assertThat(mean.fits(0, Double.MAX_VALUE)).isFalse();
            assertThat(finish(manager, mean)).containsExactly(huge);
        }
    }

    @Test
    void statisticsAreAveragedAndCountersKeepTheirMaximum(NDManager manager) throws IOException {
        ParameterLayout layout =
                ParameterLayout.builder()
                        .add("count", List.of(), ParameterKind.COUNTER)
                        .add("mean", List.of(2L), ParameterKind.STATISTIC)
                        .trainable("w", 1)
                        .build();
        try (ExactWeightedMean mean = new ExactWeightedMean(manager, layout)) {
            mean.accumulate(HostVector.of(new float[] {1, 10, 20, -3}), 20, 1);
            try (NDArray resident = manager.create(new float[] {5, 30, 0, -7})) {
                mean.accumulate(resident, 30, 3);
            }
            assertThat(finish(manager, mean)).containsExactly(4, 25, 5, -3);
            try (ExactWeightedMean other = new ExactWeightedMean(manager, layout)) {
                other.accumulate(HostVector.of(new float[] {4, 25, 5, -1}), 25, 4);
                other.merge(mean);
                assertThat(finish(manager, other)).containsExactly(4, 25, 5, -1);
            }
        }
    }

    @Test
    void sumWhoseWeightsOverflowIsRefused(NDManager manager) {
        ParameterLayout layout = ParameterLayout.builder().trainable("weight", 1).build();
        // By itself each fits, and three of them are more than 2^63 of the weights' unit.
        Share heavy = new Share(0, 0x1p41 * 1.9);
        HostVector words = HostVector.of(new float[2]);
        try (ExactWeightedMean mean = new ExactWeightedMean(manager, layout)) {
            assertThatThrownBy(() -> mean.accumulateSum(words, List.of(heavy, heavy, heavy)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("the sums do not fit the accumulator");
            assertThat(mean.count()).isZero();
        }
    }

    @Test
    void layoutsThatDifferDoNotMerge(NDManager manager) {
        ParameterLayout other = ParameterLayout.builder().trainable("v", 17, 61).build();
        try (ExactWeightedMean left = new ExactWeightedMean(manager, layout());
                ExactWeightedMean right = new ExactWeightedMean(manager, other)) {
            assertThatThrownBy(() -> left.merge(right))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void arraysStayFlatOverManyRounds(NDManager manager) throws IOException {
        Update[] updates = updates(new SplittableRandom(6), 3);
        try (ExactWeightedMean mean = new ExactWeightedMean(manager, layout())) {
            int before = manager.getManagedArrays().size();
            for (int round = 0; round < 50; round++) {
                accumulate(mean, updates);
                try (NDArray result = mean.finish(manager)) {
                    assertThat(result.size()).isEqualTo(layout().size());
                }
                mean.reset();
            }
            assertThat(manager.getManagedArrays()).hasSize(before);
        }
    }

    private static double trueMean(Update[] updates, int index, double totalWeight) {
        BigDecimal sum = BigDecimal.ZERO;
        for (Update update : updates) {
            BigDecimal weight = new BigDecimal(update.weight());
            sum = sum.add(new BigDecimal(update.values()[index]).multiply(weight));
        }
        MathContext digits = new MathContext(40, RoundingMode.HALF_EVEN);
        return sum.divide(new BigDecimal(totalWeight), digits).doubleValue();
    }
}
