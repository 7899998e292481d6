package dev.tributary.cli.chart;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Random;
import java.util.stream.DoubleStream;

class AxisTest {

    @Test
    void accuracyFromChanceToGoodSpansZeroToOne() {
        Axis axis = Axis.around(DoubleStream.of(0.098, 0.97), 0, 1, 5);
        assertThat(axis.min()).isZero();
        assertThat(axis.max()).isEqualTo(1);
        assertThat(axis.ticks()).containsExactly(0.0, 0.2, 0.4, 0.6, 0.8, 1.0);
    }

    @Test
    void axisStopsAtItsBounds() {
        Axis axis = Axis.around(DoubleStream.of(0.9712, 0.9991), 0, 1, 5);
        assertThat(axis.max()).isEqualTo(1);
        assertThat(axis.ticks()).containsExactly(0.97, 0.98, 0.99, 1.0);
    }

    @Test
    void wholeNumbersHaveWholeTicksAndNoMargin() {
        Axis axis = Axis.ofWholeNumbers(DoubleStream.of(0, 3), 10);
        assertThat(axis.ticks()).containsExactly(0.0, 1.0, 2.0, 3.0);
        assertThat(axis.position(3)).isEqualTo(1);
        assertThat(Axis.ofWholeNumbers(DoubleStream.of(1, 200), 10).ticks())
                .startsWith(20.0)
                .endsWith(200.0);
    }

    @Test
    void noValuesAndEqualValuesStillMakeAnAxis() {
        assertThat(Axis.around(DoubleStream.empty(), 0, 1, 5).ticks()).contains(0.0, 1.0);
        Axis flat = Axis.around(DoubleStream.of(2, 2), 0, Double.POSITIVE_INFINITY, 5);
        assertThat(flat.position(2)).isBetween(0.3, 0.7);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void anyRangeIsCoveredByAFewAscendingTicks(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 200; i++) {
            double a = random.nextGaussian() * Math.pow(10, random.nextInt(-6, 9));
            double b = a + random.nextDouble() * Math.pow(10, random.nextInt(-6, 9));
            Axis axis =
                    Axis.around(
                            DoubleStream.of(a, b),
                            Double.NEGATIVE_INFINITY,
                            Double.POSITIVE_INFINITY,
                            5);
            assertThat(axis.min()).as("seed %d, %s to %s", seed, a, b).isLessThanOrEqualTo(a);
            assertThat(axis.max()).as("seed %d, %s to %s", seed, a, b).isGreaterThanOrEqualTo(b);
            assertThat(axis.ticks())
                    .as("seed %d, %s to %s", seed, a, b)
                    .hasSizeBetween(2, 8)
                    .isSorted();
        }
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "0.2, 0.2", "0.985, 0.985", "30, 30", "2.50, 2.5", "200000, 200000"})
    void labelsHaveNoMoreDigitsThanNeeded(double tick, String expected) {
        assertThat(Axis.label(tick)).isEqualTo(expected);
    }
}
