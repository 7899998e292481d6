package dev.tributary.random;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Arrays;
import java.util.SplittableRandom;

final class DistributionsTest {
    private static final int COUNT = 100_000;

    private final SplittableRandom random = new SplittableRandom(5);

    @Test
    void gaussianHasTheMomentsOfAStandardNormal() {
        double[] powers = new double[5];
        for (int i = 0; i < COUNT; i++) {
            double value = Distributions.gaussian(random);
            for (int power = 1; power <= 4; power++) {
                powers[power] += Math.pow(value, power) / COUNT;
            }
        }
        assertThat(powers[1]).isCloseTo(0, within(0.015));
        assertThat(powers[2]).isCloseTo(1, within(0.02));
        assertThat(powers[3]).isCloseTo(0, within(0.06));
        assertThat(powers[4]).isCloseTo(3, within(0.15));
    }

    /** Of k symmetric shares, each has mean 1/k and variance (1/k)(1 - 1/k) / (k alpha + 1). */
    @ParameterizedTest
    @ValueSource(doubles = {0.1, 0.5, 1, 3, 100})
    void dirichletHasItsMeanAndVariance(double alpha) {
        int shares = 4;
        int draws = 20_000;
        double sum = 0;
        double squares = 0;
        for (int i = 0; i < draws; i++) {
            double first = Distributions.dirichlet(random, alpha, shares)[0];
            sum += first;
            squares += first * first;
        }
        double mean = sum / draws;
        double variance = 0.25 * 0.75 / (shares * alpha + 1);
        assertThat(mean).isCloseTo(0.25, within(4 * Math.sqrt(variance / draws)));
        assertThat(squares / draws - mean * mean).isCloseTo(variance, within(0.06 * variance));
    }

    @ParameterizedTest
    @ValueSource(doubles = {1e-6, 1e-3, 1, 1e9})
    void dirichletAddsUpToOneEvenAtExtremes(double alpha) {
        for (int i = 0; i < 100; i++) {
            double[] shares = Distributions.dirichlet(random, alpha, 10);
            assertThat(Arrays.stream(shares).sum()).isCloseTo(1, within(1e-12));
            assertThat(Arrays.stream(shares).boxed()).allMatch(share -> share >= 0);
        }
    }

    @Test
    void permutationHasEveryNumberOnceAndEveryPlaceIsLikely() {
        int[][] counts = new int[5][5];
        for (int i = 0; i < 10_000; i++) {
            int[] numbers = Distributions.permutation(random, 5);
            for (int place = 0; place < 5; place++) {
                counts[place][numbers[place]]++;
            }
            Arrays.sort(numbers);
            assertThat(numbers).containsExactly(0, 1, 2, 3, 4);
        }
        assertThat(Arrays.stream(counts).flatMapToInt(Arrays::stream))
                .allSatisfy(count -> assertThat(count).isBetween(1800, 2200));
    }
}
