package dev.tributary.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tributary.testkit.SeededCases;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.Arrays;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.LongStream;

/** Laws and known values of what is measured beside accuracy and loss. */
class MeasuresTest {

    static LongStream seeds() {
        return SeededCases.seeds(10);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void histogramsOfPartsAddUpToThatOfTheWhole(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int[] labels = random.ints(500, 0, 2).toArray();
        float[] probabilities = probabilities(random, labels, 2);
        int cut = random.nextInt(500);
        ScoreHistogram sum =
                ScoreHistogram.of(Arrays.copyOf(labels, cut), Arrays.copyOf(probabilities, cut))
                        .plus(
                                ScoreHistogram.of(
                                        Arrays.copyOfRange(labels, cut, 500),
                                        Arrays.copyOfRange(probabilities, cut, 500)));
        assertThat(sum).isEqualTo(ScoreHistogram.of(labels, probabilities));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void binnedAreaIsWithinItsErrorOfTheExactOne(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int[] labels = random.doubles(2000).mapToInt(draw -> draw < 0.05 ? 1 : 0).toArray();
        float[] probabilities = probabilities(random, labels, 1 + random.nextInt(4));
        ScoreHistogram histogram = ScoreHistogram.of(labels, probabilities);
        assertThat(histogram.auc())
                .isCloseTo(exactArea(labels, probabilities), within(histogram.aucError() + 1e-12));
        assertThat(histogram.aucError()).isLessThan(0.002);
    }

    @Test
    void areaIsOneForTheRightOrderHalfForNoneAndZeroForTheWrong() {
        int[] labels = {0, 0, 1, 1};
        assertThat(ScoreHistogram.of(labels, new float[] {0, 0.1f, 0.8f, 1}).auc()).isOne();
        assertThat(ScoreHistogram.of(labels, new float[] {1, 0.9f, 0.2f, 0}).auc()).isZero();
        assertThat(ScoreHistogram.of(labels, new float[] {0.5f, 0.5f, 0.5f, 0.5f}).auc())
                .isEqualTo(0.5);
        assertThat(ScoreHistogram.of(new int[] {1}, new float[] {1}).auc()).isNaN();
    }

    @Test
    void rareEventsAreToldApart() {
        int[] labels = {0, 1};
        float[] probabilities = {1e-6f, 2e-6f};
        assertThat(ScoreHistogram.of(labels, probabilities).auc()).isOne();
    }

    @Test
    void f1IsThatOfClassOneAndForMoreClassesTheMean() {
        ConfusionMatrix two =
                ConfusionMatrix.of(2, new int[] {1, 1, 1, 0, 0}, new int[] {1, 1, 0, 1, 0});
        assertThat(two.f1()).isEqualTo(2.0 / 3);
        assertThat(two.count(1, 0)).isOne();
        assertThat(two.majority()).isEqualTo(3.0 / 5);
        // Class 3 neither occurs nor is guessed.
        ConfusionMatrix four =
                ConfusionMatrix.of(4, new int[] {0, 1, 2, 2}, new int[] {0, 1, 1, 2});
        assertThat(four.f1()).isCloseTo((1 + 2.0 / 3 + 2.0 / 3) / 3, within(1e-12));
    }

    @Test
    void matricesAddIfTheirClassesAgree() {
        ConfusionMatrix a = ConfusionMatrix.of(2, new int[] {0}, new int[] {1});
        ConfusionMatrix b = ConfusionMatrix.of(2, new int[] {1}, new int[] {1});
        assertThat(a.plus(b)).isEqualTo(ConfusionMatrix.of(2, new int[] {0, 1}, new int[] {1, 1}));
        ConfusionMatrix three = ConfusionMatrix.of(3, new int[] {1}, new int[] {1});
        assertThatThrownBy(() -> a.plus(three)).hasMessageContaining("expected 2 classes, found 3");
    }

    @Test
    void whatIsNotKnownOfAllIsNotKnownOfTheWhole() {
        EvaluationResult known =
                new EvaluationResult(
                        2,
                        1,
                        0,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.of(new ErrorSums(2, 3, 8)));
        assertThat(known.measures()).containsEntry("mae", 1.5).containsEntry("rmse", 2.0);
        assertThat(EvaluationResult.NONE.plus(known)).isEqualTo(known);
        assertThat(known.plus(EvaluationResult.NONE)).isEqualTo(known);
        assertThat(known.plus(new EvaluationResult(1, 1, 0)).measures()).isEmpty();
        assertThat(known.plus(known).measures()).isEqualTo(known.measures());
    }

    @Test
    void countsOfLabelsAddAndGiveTheMeasuresOfEach() {
        // Label 0: right, right, missed; label 1: right, wrongly said, right.
        int[] truths = {0b01, 0b00, 0b11};
        int[] guesses = {0b01, 0b10, 0b10};
        LabelCounts whole = LabelCounts.of(2, truths, guesses);
        LabelCounts first = LabelCounts.of(2, new int[] {0b01}, new int[] {0b01});
        LabelCounts rest = LabelCounts.of(2, new int[] {0b00, 0b11}, new int[] {0b10, 0b10});

        assertThat(first.plus(rest)).isEqualTo(whole);
        assertThat(whole.accuracy(0)).isCloseTo(2 / 3.0, within(1e-12));
        assertThat(whole.accuracy(1)).isCloseTo(2 / 3.0, within(1e-12));
        assertThat(whole.f1(0)).isCloseTo(2 / 3.0, within(1e-12));
        assertThat(whole.f1(1)).isCloseTo(2 / 3.0, within(1e-12));
        assertThat(first.f1(1)).isNaN();
        assertThat(first.f1()).isEqualTo(1);
        LabelCounts three = LabelCounts.of(3, truths, guesses);
        assertThatThrownBy(() -> whole.plus(three)).hasMessageContaining("2 labels, found 3");
    }

    private static float[] probabilities(SplittableRandom random, int[] labels, int power) {
        float[] probabilities = new float[labels.length];
        for (int i = 0; i < labels.length; i++) {
            double draw = random.nextDouble() * 0.9 + 0.1 * labels[i];
            probabilities[i] = (float) Math.pow(draw, power);
        }
        return probabilities;
    }

    private static double exactArea(int[] labels, float[] probabilities) {
        double higher = 0;
        long pairs = 0;
        for (int i = 0; i < labels.length; i++) {
            for (int j = 0; labels[i] == 1 && j < labels.length; j++) {
                if (labels[j] == 0) {
                    pairs++;
                    higher +=
                            probabilities[i] > probabilities[j]
                                    ? 1
                                    : probabilities[i] == probabilities[j] ? 0.5 : 0;
                }
            }
        }
        return higher / pairs;
    }
}
