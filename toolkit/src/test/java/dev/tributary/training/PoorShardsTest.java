package dev.tributary.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;

import dev.tributary.data.LocalDataset;
import dev.tributary.random.RandomStreams;
import dev.tributary.training.TrainingFixtures.Bench;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

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
}
