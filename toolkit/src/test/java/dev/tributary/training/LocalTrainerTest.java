package dev.tributary.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.norm.Dropout;

import dev.tributary.data.LocalDataset;
import dev.tributary.evaluation.EvaluationResult;
import dev.tributary.parameters.FlatParameters;
import dev.tributary.parameters.ParameterKind;
import dev.tributary.parameters.TensorSpec;
import dev.tributary.random.RandomStreams;
import dev.tributary.training.OptimizerPlan.Rule;
import dev.tributary.training.TrainingFixtures.Bench;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import java.util.stream.IntStream;

class LocalTrainerTest {
    private static final RandomStreams STREAMS = new RandomStreams(42);

    @Test
    void trainingLearnsTheClasses() {
        try (Bench bench = new Bench(TrainingFixtures::mlp, TrainingFixtures.blobs(203, 1))) {
            EvaluationResult before = bench.trainer.evaluate(bench.flat, bench.data, 50);
            LocalResult result = train(bench, TrainingPlan.sgd(5, 10, 0.1), 1);
            EvaluationResult after = bench.trainer.evaluate(bench.flat, bench.data, 50);

            assertThat(after.meanLoss()).isLessThan(before.meanLoss() / 2);
            assertThat(after.accuracy()).isGreaterThan(0.95);
            assertThat(result.steps()).isEqualTo(5 * 21);
            assertThat(result.epochLosses()).hasSize(5);
            assertThat(result.epochLosses().get(4)).isLessThan(result.epochLosses().get(0));
            assertThat(result.exampleCount()).isEqualTo(203);
        }
    }

    @Test
    void proximalTermPullsBackToTheReceivedModel() {
        // One example and plain SGD: w1 = w0 - r g(w0); the second step adds mu (w1 - w0) to g(w1).
        TrainingPlan once = TrainingPlan.sgd(1, 1, 0.1);
        TrainingPlan twice = TrainingPlan.sgd(2, 1, 0.1);
        try (Bench bench = new Bench(TrainingFixtures::mlp, TrainingFixtures.blobs(1, 1))) {
            float[] start = bench.flat.toFloatArray();
            float[] first = vectorAfter(bench, once);
            float[] second = vectorAfter(bench, twice);
            float[] held = vectorAfter(bench, twice.withProximalMu(0.5));

            float[] expected = new float[start.length];
            for (int i = 0; i < start.length; i++) {
                expected[i] = second[i] - 0.1f * 0.5f * (first[i] - start[i]);
            }
            assertThat(held).containsExactly(expected, within(1e-6f)).isNotEqualTo(second);
            assertThat(vectorAfter(bench, once.withProximalMu(0.5))).isEqualTo(first);
        }
    }

    @Test
    void clippingSeesTheProximalTerm() {
        TrainingPlan plan =
                new TrainingPlan(
                                20,
                                1,
                                OptimizerPlan.sgd(0.1),
                                LearningRateSchedule.constant(),
                                1e-3)
                        .withProximalMu(50);
        try (Bench bench = new Bench(TrainingFixtures::mlp, TrainingFixtures.blobs(1, 1))) {
            float[] start = bench.flat.toFloatArray();
            float[] end = vectorAfter(bench, plan);
            double moved = 0;
            for (int i = 0; i < start.length; i++) {
                moved += Math.pow(end[i] - start[i], 2);
            }
            // No step is longer than rate times limit.
            assertThat(Math.sqrt(moved)).isLessThan(20 * 0.1 * 1e-3 * 1.01);
        }
    }

    private static float[] vectorAfter(Bench bench, TrainingPlan plan) {
        bench.reset();
        train(bench, plan, 1);
        return bench.flat.toFloatArray();
    }

    @Test
    void sameSeedGivesTheSameVectorBitForBit() {
        for (Rule rule : Rule.values()) {
            OptimizerPlan optimizer = OptimizerPlan.of(rule, 0.01).withMomentum(0.5);
            TrainingPlan plan =
                    new TrainingPlan(2, 7, optimizer, LearningRateSchedule.constant(), 1);
            assertThat(trained(TrainingFixtures::mlp, plan, 3, "a"))
                    .isEqualTo(trained(TrainingFixtures::mlp, plan, 3, "a"));
        }
    }

    @Test
    void otherClientsAndRoundsSeeAnotherOrder() {
        TrainingPlan plan = TrainingPlan.sgd(1, 7, 0.1);
        float[] base = trained(TrainingFixtures::mlp, plan, 3, "a");

        assertThat(trained(TrainingFixtures::mlp, plan, 3, "b")).isNotEqualTo(base);
        assertThat(trained(TrainingFixtures::mlp, plan, 4, "a")).isNotEqualTo(base);
    }

    @Test
    void trainersSideBySideGiveWhatTheyGiveOneByOne() throws Exception {
        TrainingPlan plan = TrainingPlan.sgd(3, 5, 0.1);
        for (Supplier<Block> model :
                List.<Supplier<Block>>of(TrainingFixtures::mlp, LocalTrainerTest::dropout)) {
            List<float[]> oneByOne =
                    IntStream.range(0, 4).mapToObj(i -> trained(model, plan, 1, "c" + i)).toList();
            ExecutorService pool = Executors.newFixedThreadPool(4);
            try {
                List<Future<float[]>> running = new ArrayList<>();
                for (int i = 0; i < 4; i++) {
                    String client = "c" + i;
                    running.add(pool.submit(() -> trained(model, plan, 1, client)));
                }
                for (int i = 0; i < 4; i++) {
                    assertThat(running.get(i).get()).isEqualTo(oneByOne.get(i));
                }
            } finally {
                pool.shutdownNow();
            }
        }
    }

    @Test
    void batchNormStatisticsEndInTheVector() {
        try (Bench bench = new Bench(LocalTrainerTest::batchNorm, TrainingFixtures.blobs(201, 1))) {
            TensorSpec mean =
                    bench.trainer.layout().tensors().stream()
                            .filter(tensor -> tensor.kind() == ParameterKind.STATISTIC)
                            .findFirst()
                            .orElseThrow();
            train(bench, TrainingPlan.sgd(5, 10, 1e-6), 1);

            float[] expected = columnMeans(TrainingFixtures.blobs(201, 1));
            try (NDArray found = FlatParameters.view(bench.flat, mean)) {
                assertThat(found.toFloatArray()).containsExactly(expected, within(0.2f));
            }
        }
    }

    @Test
    void blockKeepsItsOwnParameters() {
        try (Bench bench = new Bench(LocalTrainerTest::batchNorm, TrainingFixtures.blobs(40, 1))) {
            float[] before = bench.flat.toFloatArray();
            train(bench, TrainingPlan.sgd(1, 10, 0.1), 1);
            assertThat(bench.flat.toFloatArray()).isNotEqualTo(before);

            bench.reset();
            assertThat(bench.flat.toFloatArray()).isEqualTo(before);
        }
    }

    @Test
    void evaluationsOfPartsAddToTheWhole() {
        LocalDataset whole = TrainingFixtures.blobs(101, 5);
        try (Bench bench = new Bench(TrainingFixtures::mlp, whole)) {
            EvaluationResult expected = bench.trainer.evaluate(bench.flat, bench.data, 101);
            EvaluationResult sum = EvaluationResult.NONE;
            for (int from = 0; from < 101; from += 23) {
                int[] part = IntStream.range(from, Math.min(101, from + 23)).toArray();
                try (DeviceDataset data = DeviceDataset.of(whole.subset(part), Device.cpu())) {
                    sum = sum.plus(bench.trainer.evaluate(bench.flat, data, 10));
                }
            }
            assertThat(sum.exampleCount()).isEqualTo(101);
            assertThat(sum.correctCount()).isEqualTo(expected.correctCount());
            assertThat(sum.lossSum()).isCloseTo(expected.lossSum(), within(1e-4));
        }
    }

    @Test
    void thousandsOfStepsLeaveNothingBehind() {
        try (Bench bench = new Bench(LocalTrainerTest::batchNorm, TrainingFixtures.blobs(100, 1))) {
            OptimizerPlan adam = OptimizerPlan.of(Rule.ADAM, 1e-3).withWeightDecay(0.01);
            TrainingPlan plan = new TrainingPlan(20, 2, adam, LearningRateSchedule.constant(), 0.5);
            train(bench, plan, 1);
            int before = alive(bench);
            for (int round = 2; round <= 4; round++) {
                train(bench, plan, round);
                bench.trainer.evaluate(bench.flat, bench.data, 7);
            }
            assertThat(alive(bench)).isEqualTo(before);
        }
    }

    @Test
    void divergenceIsToldWithItsEpoch() {
        try (Bench bench = new Bench(TrainingFixtures::mlp, TrainingFixtures.blobs(50, 1))) {
            assertThatThrownBy(() -> train(bench, TrainingPlan.sgd(3, 5, 1e30), 1))
                    .isInstanceOf(TrainingException.class)
                    .hasMessageContaining("after local epoch")
                    .hasMessageContaining("of 3");
        }
    }

    @Test
    void parametersThatOverflowInTheLastStepAreFound() {
        try (Bench bench = new Bench(TrainingFixtures::mlp, TrainingFixtures.blobs(5, 1))) {
            assertThatThrownBy(() -> train(bench, TrainingPlan.sgd(1, 5, 1e38 * 1e3), 1))
                    .isInstanceOf(TrainingException.class)
                    .hasMessageContaining("model vector after local epoch 1 of 1");
        }
    }

    @Test
    void dataThatDoesNotFitTheModelIsTold() {
        LocalDataset wide =
                new LocalDataset(new float[20], new long[] {1, 4, 5}, new float[] {0}, 3);
        LocalDataset manyClasses =
                new LocalDataset(
                        new float[TrainingFixtures.FEATURES],
                        new long[] {TrainingFixtures.FEATURES},
                        new float[] {1},
                        9);
        try (Bench bench = new Bench(TrainingFixtures::mlp, TrainingFixtures.blobs(5, 1));
                DeviceDataset wrongShape = DeviceDataset.of(wide, Device.cpu());
                DeviceDataset wrongClasses = DeviceDataset.of(manyClasses, Device.cpu())) {
            assertThatThrownBy(() -> bench.trainer.evaluate(bench.flat, wrongShape, 1))
                    .isInstanceOf(TrainingException.class)
                    .hasMessageContaining("the model expects (12) an example, found (1, 4, 5)");
            assertThatThrownBy(() -> bench.trainer.evaluate(bench.flat, wrongClasses, 1))
                    .isInstanceOf(TrainingException.class)
                    .hasMessageContaining("found 9 classes")
                    .hasMessageContaining("(1, 3)");
        }
    }

    @Test
    void vectorOfAnotherSizeOrTypeIsRefused() {
        try (Bench bench = new Bench(TrainingFixtures::mlp, TrainingFixtures.blobs(5, 1));
                NDArray small = bench.manager.zeros(new Shape(3));
                NDArray wide = bench.flat.toType(DataType.FLOAT64, true)) {
            for (NDArray wrong : List.of(small, wide)) {
                assertThatThrownBy(() -> bench.trainer.evaluate(wrong, bench.data, 1))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("expected float32 (131)");
            }
        }
    }

    @Test
    void emptyDataSetIsRefused() {
        LocalDataset none = TrainingFixtures.blobs(0, 1);
        assertThatThrownBy(() -> DeviceDataset.of(none, Device.cpu()))
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("at least one example");
    }

    @Test
    void progressRisesToOneAndIsNotToldAtEachStep() {
        List<Double> fractions = new ArrayList<>();
        List<Double> losses = new ArrayList<>();
        try (Bench bench = new Bench(TrainingFixtures::mlp, TrainingFixtures.blobs(400, 1))) {
            bench.trainer.train(
                    bench.flat,
                    bench.data,
                    TrainingPlan.sgd(2, 1, 0.01),
                    1,
                    STREAMS,
                    "a",
                    (fraction, loss) -> {
                        fractions.add(fraction);
                        losses.add(loss);
                    });
        }
        assertThat(fractions).isSorted().hasSizeLessThanOrEqualTo(2 * 67);
        assertThat(fractions.get(fractions.size() - 1)).isEqualTo(1);
        assertThat(losses.get(0)).isZero();
        assertThat(losses.get(losses.size() - 1)).isPositive();
    }

    private static LocalResult train(Bench bench, TrainingPlan plan, int round) {
        return bench.trainer.train(
                bench.flat, bench.data, plan, round, STREAMS, "a", ProgressListener.NONE);
    }

    private static float[] trained(
            Supplier<Block> model, TrainingPlan plan, int round, String client) {
        try (Bench bench = new Bench(model, TrainingFixtures.blobs(101, 1))) {
            bench.trainer.train(
                    bench.flat, bench.data, plan, round, STREAMS, client, ProgressListener.NONE);
            return bench.flat.toFloatArray();
        }
    }

    private static int alive(Bench bench) {
        return bench.trainer.manager().getManagedArrays().size()
                + bench.manager.getManagedArrays().size()
                + bench.data.features().getManager().getManagedArrays().size();
    }

    private static float[] columnMeans(LocalDataset data) {
        int width = data.featureSize();
        float[] means = new float[width];
        for (int i = 0; i < data.features().length; i++) {
            means[i % width] += data.features()[i] / data.exampleCount();
        }
        return means;
    }

    private static Block batchNorm() {
        return new SequentialBlock()
                .add(BatchNorm.builder().build())
                .add(Linear.builder().setUnits(TrainingFixtures.CLASSES).build());
    }

    private static Block dropout() {
        return new SequentialBlock()
                .add(Linear.builder().setUnits(8).build())
                .add(Activation::relu)
                .add(Dropout.builder().optRate(0.4f).build())
                .add(Linear.builder().setUnits(TrainingFixtures.CLASSES).build());
    }
}
