package dev.tributary.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tributary.random.Distributions;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Arrays;
import java.util.SplittableRandom;

final class QuantileSketchTest {
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void quantilesAreWithinOnePercent(long seed) {
        double[] values = values(seed, 5000);
        QuantileSketch sketch = QuantileSketch.of(values);
        Arrays.sort(values);
        for (double part : new double[] {0, 0.01, 0.25, 0.5, 0.75, 0.99, 1}) {
            double exact = values[(int) (part * (values.length - 1))];
            assertThat(sketch.quantile(part))
                    .as("%s, seed %d", part, seed)
                    .isCloseTo(exact, within(0.0101 * Math.abs(exact)));
        }
    }

    @Test
    void sketchOfAllIsTheSumOfThoseOfAnyParts() {
        double[] values = values(7, 900);
        QuantileSketch sum = QuantileSketch.NONE;
        for (int from = 0; from < values.length; from += 90) {
            sum = QuantileSketch.of(Arrays.copyOfRange(values, from, from + 90)).plus(sum);
        }
        assertThat(sum).isEqualTo(QuantileSketch.of(values));
        assertThat(sum.count()).isEqualTo(900);
    }

    @ParameterizedTest
    @ValueSource(
            doubles = {
                0,
                -0.0,
                1,
                -1,
                Double.MIN_VALUE,
                -Double.MIN_VALUE,
                Double.MAX_VALUE,
                1e-300,
                Float.MAX_VALUE,
                3.3e-44
            })
    void everyNumberHasABucket(double value) {
        double found = QuantileSketch.of(value).quantile(0.5);
        assertThat(found).isCloseTo(value, within(0.0101 * Math.abs(value) + Double.MIN_VALUE));
    }

    @Test
    void noNumberHasNoQuantile() {
        assertThat(QuantileSketch.NONE.quantile(0.5)).isNaN();
    }

    /** Of both signs, over ten orders of magnitude, some of them zero. */
    private static double[] values(long seed, int count) {
        SplittableRandom random = new SplittableRandom(seed);
        double[] values = new double[count];
        for (int i = 0; i < count; i++) {
            values[i] =
                    random.nextInt(20) == 0
                            ? 0
                            : Distributions.gaussian(random) * Math.pow(10, random.nextInt(10) - 5);
        }
        return values;
    }
}
