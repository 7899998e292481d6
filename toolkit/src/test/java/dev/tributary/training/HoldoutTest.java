package dev.tributary.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;

import dev.tributary.data.ExampleReader;
import dev.tributary.data.LocalDataset;
import dev.tributary.evaluation.EvaluationResult;
import dev.tributary.random.RandomStreams;
import dev.tributary.training.TrainingFixtures.Bench;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Arrays;
import java.util.function.Function;
import java.util.stream.LongStream;

class HoldoutTest {
    private static final RandomStreams STREAMS = new RandomStreams(3);
    private static final LocalDataset BLOBS = TrainingFixtures.blobs(40, 1);

    /** Law: the parts have no example in common, and together they are all. */
    @ParameterizedTest
    @ValueSource(doubles = {0.001, 0.2, 0.5, 0.999})
    void partsAreDisjointAndTogetherAll(double share) {
        Holdout holdout = new Holdout(share, STREAMS, "client-0");
        for (int count = 2; count <= 12; count++) {
            try (DeviceDataset data = resident(TrainingFixtures.blobs(count, count))) {
                long[] trained = holdout.training(data).order();
                long[] evaluated = holdout.evaluation(data).order();

                assertThat(trained).isSorted().isNotEmpty();
                assertThat(holdout.trained(count)).isEqualTo(trained.length);
                assertThat(evaluated).isSorted().isNotEmpty();
                assertThat(
                                LongStream.concat(Arrays.stream(trained), Arrays.stream(evaluated))
                                        .sorted())
                        .containsExactlyElementsOf(LongStream.range(0, count).boxed().toList());
                assertThat((double) evaluated.length)
                        .isBetween(
                                Math.min(count - 1, count * share - 0.5),
                                Math.max(1, count * share + 0.5));
            }
        }
    }

    @Test
    void isTheSameInEachRoundAndAnotherForEachClientAndRun() {
        try (DeviceDataset data = resident(BLOBS)) {
            long[] held = new Holdout(0.2, STREAMS, "client-0").evaluation(data).order();

            assertThat(new Holdout(0.2, STREAMS, "client-0").evaluation(data).order())
                    .isEqualTo(held)
                    .hasSize(8);
            assertThat(new Holdout(0.2, STREAMS, "client-1").evaluation(data).order())
                    .isNotEqualTo(held);
            assertThat(new Holdout(0.2, new RandomStreams(4), "client-0").evaluation(data).order())
                    .isNotEqualTo(held);
        }
    }

    @Test
    void nothingIsHeldOutByDefault() {
        Holdout none = new Holdout(TrainingPlan.sgd(1, 1, 1).holdout(), STREAMS, "client-0");
        try (DeviceDataset data = resident(BLOBS)) {
            assertThat(none.training(data)).isSameAs(data);
            assertThat(none.evaluation(data)).isSameAs(data);
        }
    }

    @Test
    void singleExampleIsTrainedOnAndNotEvaluated() {
        Holdout holdout = new Holdout(0.2, STREAMS, "client-0");
        try (DeviceDataset data = resident(TrainingFixtures.blobs(1, 1))) {
            assertThat(holdout.training(data).exampleCount()).isEqualTo(1);
            assertThatThrownBy(() -> holdout.evaluation(data))
                    .isInstanceOf(TrainingException.class)
                    .hasMessageContaining("expected at least 2 examples");
        }
    }

    @Test
    void shareOfAllIsRefused() {
        assertThatThrownBy(() -> new Holdout(1, STREAMS, "client-0"))
                .hasMessage("holdout: expected a number in [0, 1), found 1.0");
        assertThatThrownBy(() -> TrainingPlan.sgd(1, 1, 1).withHoldout(-0.1))
                .hasMessage("holdout: expected a number in [0, 1), found -0.1");
    }

    @Test
    void trainingOnAPartIsTrainingOnItsExamplesAlone() {
        assertSameAsAlone(HoldoutTest::resident);
    }

    @Test
    void trainingOnAPartOfStreamedDataIsTrainingOnItsExamplesAlone() {
        assertSameAsAlone(data -> DeviceDataset.streamed(reader(data), Device.cpu()));
    }

    private static void assertSameAsAlone(Function<LocalDataset, DeviceDataset> open) {
        TrainingPlan plan = TrainingPlan.sgd(3, 8, 0.1);
        TrainingPlan gradient = TrainingPlan.sgd(1, 8, 1).withUpdateForm(UpdateForm.GRADIENT);
        try (Bench bench = new Bench(TrainingFixtures::mlp, BLOBS);
                DeviceDataset data = open.apply(BLOBS)) {
            DeviceDataset part = new Holdout(0.3, STREAMS, "client-0").training(data);
            int[] rows = Arrays.stream(part.order()).mapToInt(Math::toIntExact).toArray();
            try (DeviceDataset alone = resident(BLOBS.subset(rows))) {
                assertThat(train(bench, part, gradient)).isEqualTo(train(bench, alone, gradient));
                assertThat(train(bench, part, plan))
                        .isEqualTo(train(bench, alone, plan))
                        .isNotEqualTo(train(bench, data, plan));
                EvaluationResult some = bench.trainer.evaluate(bench.flat, part, 10);
                EvaluationResult same = bench.trainer.evaluate(bench.flat, alone, 10);
                assertThat(some.exampleCount()).isEqualTo(rows.length);
                assertThat(some.lossSum()).isEqualTo(same.lossSum());
                assertThat(some.correctCount()).isEqualTo(same.correctCount());
            }
        }
    }

    private static float[] train(Bench bench, DeviceDataset data, TrainingPlan plan) {
        bench.reset();
        LocalResult result =
                bench.trainer.train(
                        bench.flat, data, plan, 1, STREAMS, "client-0", ProgressListener.NONE);
        assertThat(result.exampleCount()).isEqualTo(data.exampleCount());
        return bench.flat.toFloatArray();
    }

    private static DeviceDataset resident(LocalDataset data) {
        return DeviceDataset.of(data, Device.cpu());
    }

    private static ExampleReader reader(LocalDataset data) {
        return data;
    }
}
