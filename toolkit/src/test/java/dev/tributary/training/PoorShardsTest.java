package dev.tributary.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.training.ParameterStore;

import dev.tributary.data.LocalDataset;
import dev.tributary.device.GradientScope;
import dev.tributary.evaluation.EvaluationResult;
import dev.tributary.random.RandomStreams;
import dev.tributary.training.TrainingFixtures.Bench;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/** Clients that have next to nothing: no example, one example, one class. */
class PoorShardsTest {
    @Test
    void shardWithoutExamplesIsRefused() {
        LocalDataset empty =
                new LocalDataset(
                        new float[0], new long[] {TrainingFixtures.FEATURES}, new float[0], 3);
        assertThatThrownBy(() -> DeviceDataset.of(empty, Device.cpu()))
                .isInstanceOf(TrainingException.class)
                .hasMessage("data set: expected at least one example, found none");
        assertThatThrownBy(() -> DeviceDataset.streamed(empty, Device.cpu()))
                .isInstanceOf(TrainingException.class);
    }

    @Test
    void shardOfOneClassTrainsAndIsMeasured() {
        LocalDataset blobs = TrainingFixtures.blobs(40, 1);
        float[] ones = new float[40];
        Arrays.fill(ones, 1);
        for (int classes : new int[] {2, 3}) {
            LocalDataset shard =
                    new LocalDataset(blobs.features(), blobs.featureShape(), ones, classes);
            EvaluationResult result = trained(shard);
            assertThat(result.accuracy()).isEqualTo(1);
            assertThat(result.meanLoss()).isLessThan(0.5);
            // Ranking needs two classes to rank.
            assertThat(result.measures()).doesNotContainKey("auc");
            assertThat(result.measures().values())
                    .allSatisfy(value -> assertThat(value).isFinite());
        }
    }

    @Test
    void shardOfOneExampleTrains() {
        assertThat(trained(TrainingFixtures.blobs(1, 1)).exampleCount()).isEqualTo(1);
    }

    @Test
    void engineTakesNoVarianceOfASingleValue() {
        try (GradientScope off = GradientScope.off();
                Bench bench = new Bench(PoorShardsTest::batchNorm, TrainingFixtures.blobs(2, 1))) {
            assertThat(normalized(bench, 2)).isFinite();
            assertThatThrownBy(() -> normalized(bench, 1))
                    .isInstanceOf(EngineException.class)
                    .hasMessageContaining("Expected more than 1 value per channel when training");
        }
    }

    private static float normalized(Bench bench, int examples) {
        ParameterStore store = new ParameterStore(bench.manager, false);
        Shape shape = new Shape(examples, TrainingFixtures.FEATURES);
        try (NDArray input = bench.manager.ones(shape);
                NDList output = bench.block.forward(store, new NDList(input), true)) {
            return output.head().toFloatArray()[0];
        }
    }

    @Test
    void batchNormIsToldThatOneExampleHasNoVariance() {
        TrainingPlan ones = TrainingPlan.sgd(3, 1, 0.1);
        TrainingPlan batches = TrainingPlan.sgd(3, 8, 0.1);
        for (TrainingPlan form : List.of(batches, batches.withUpdateForm(UpdateForm.GRADIENT))) {
            assertRefused(TrainingFixtures.blobs(1, 1), form);
        }
        assertRefused(TrainingFixtures.blobs(7, 1), ones);
        // A last batch of one joins the one before it.
        assertThat(trained(PoorShardsTest::batchNorm, TrainingFixtures.blobs(9, 1), batches))
                .isEqualTo(9);
    }

    @Test
    void batchNormOfAnImageHasAVarianceOverItsPixels() {
        LocalDataset blobs = TrainingFixtures.blobs(1, 1);
        assertThat(trained(PoorShardsTest::imageBatchNorm, blobs, TrainingPlan.sgd(3, 1, 0.1)))
                .isEqualTo(1);
    }

    private static void assertRefused(LocalDataset shard, TrainingPlan plan) {
        assertThatThrownBy(() -> trained(PoorShardsTest::batchNorm, shard, plan))
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("BatchNorm")
                .hasMessageContaining("expected at least 2 examples in one, found 1");
    }

    private static Block batchNorm() {
        return new SequentialBlock()
                .add(BatchNorm.builder().build())
                .add(Linear.builder().setUnits(TrainingFixtures.CLASSES).build());
    }

    private static Block imageBatchNorm() {
        return new SequentialBlock()
                .add(Blocks.batchFlattenBlock())
                .add(list -> new NDList(list.head().reshape(-1, 1, 3, 4)))
                .add(BatchNorm.builder().build())
                .add(Blocks.batchFlattenBlock())
                .add(Linear.builder().setUnits(TrainingFixtures.CLASSES).build());
    }

    /** How many examples were trained on. */
    private static int trained(Supplier<Block> model, LocalDataset shard, TrainingPlan plan) {
        try (Bench bench = new Bench(model, shard)) {
            LocalResult result =
                    bench.trainer.train(
                            bench.flat,
                            bench.data,
                            plan,
                            1,
                            new RandomStreams(1),
                            "a",
                            ProgressListener.NONE);
            return Math.toIntExact(result.exampleCount());
        }
    }

    private static EvaluationResult trained(LocalDataset shard) {
        try (Bench bench = new Bench(TrainingFixtures::mlp, shard)) {
            LocalResult unused =
                    bench.trainer.train(
                            bench.flat,
                            bench.data,
                            TrainingPlan.sgd(20, 8, 0.1),
                            1,
                            new RandomStreams(1),
                            "a",
                            ProgressListener.NONE);
            return bench.trainer.evaluate(bench.flat, bench.data, 16);
        }
    }

    @Test
    void batchesOfOneExampleStayWhatTheyAre() {
        for (int size : new int[] {1, 2}) {
            List<Long> sizes = new ArrayList<>();
            try (NDManager scope = NDManager.newBaseManager(Device.cpu());
                    DeviceDataset data =
                            DeviceDataset.of(TrainingFixtures.blobs(5, 1), Device.cpu())) {
                BatchLoss loss = new BatchLoss.Mean(new SparseCrossEntropy());
                DeviceBatches batches =
                        new DeviceBatches(scope, data, data.featureShape(), loss, size, true);
                batches.inOrder(scope, (batch, features, labels, count) -> sizes.add(count));
                assertThat(batches.batchesPerEpoch()).isEqualTo(sizes.size());
            }
            // Of two, the single last one joins the others.
            assertThat(sizes).isEqualTo(size == 1 ? List.of(1L, 1L, 1L, 1L, 1L) : List.of(2L, 3L));
        }
    }
}
