package dev.tributary.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

import dev.tributary.models.catalog.ModelCatalog;
import dev.tributary.models.catalog.ModelDefinition;
import dev.tributary.random.RandomStreams;
import dev.tributary.testkit.PretendedGpu;
import dev.tributary.testkit.TinyTask;
import dev.tributary.training.DeviceDataset;
import dev.tributary.training.LocalTrainer;
import dev.tributary.training.ProgressListener;
import dev.tributary.training.TrainingPlan;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.List;
import java.util.Map;

/**
 * No step of training waits for the GPU, nor does a batch of an evaluation: what waits is counted
 * where a GPU is {@linkplain PretendedGpu pretended}, for twice as many steps as before.
 */
@Tag("pretended-gpu")
@ExtendWith(GpuRequired.class)
class StepWaitsTest {
    private static final ModelCatalog CATALOG = ModelCatalog.load();
    private static final RandomStreams STREAMS = new RandomStreams(1);

    /** For each batch, by model: a copy of constants, and what DJL's own layers do. */
    private static final Map<String, Integer> KNOWN =
            Map.of(
                    // 18 times DJL's relu6, which cuts at two numbers: each goes there and back.
                    "mobilenetv2", 72,
                    // Of each layer, the attention divides by a Java number.
                    "transformer", 2,
                    "ft-transformer", 1 + 1,
                    "tabular-mlp", 1,
                    "tabnet", 1);

    static List<TinyTask> tasks() {
        return TinyTask.all();
    }

    @BeforeEach
    void isPretended() {
        assumeThat(PretendedGpu.isThere()).as("a pretended GPU counts").isTrue();
    }

    @ParameterizedTest
    @MethodSource("tasks")
    void moreStepsDoNotWaitMore(TinyTask task) {
        Device device = GpuRequired.device();
        ModelDefinition model = CATALOG.create(task.spec());
        try (NDManager manager = NDManager.newBaseManager(device);
                LocalTrainer trainer =
                        new LocalTrainer(model.newBlock(manager), model.loss(), device);
                DeviceDataset data = DeviceDataset.of(task.data(), device)) {
            NDArray flat = manager.zeros(new Shape(model.layout().size()));
            model.initialize(flat, STREAMS);
            int known = KNOWN.getOrDefault(task.spec().name(), 0);
            assertThat(training(trainer, flat, data, 8) - training(trainer, flat, data, 4))
                    .as("waits of 4 more steps")
                    .isLessThanOrEqualTo(4L * known);
            assertThat(evaluation(trainer, flat, data, 8) - evaluation(trainer, flat, data, 4))
                    .as("waits of 4 more batches")
                    .isLessThanOrEqualTo(4L * known);
        }
    }

    private static long training(
            LocalTrainer trainer, NDArray flat, DeviceDataset data, int steps) {
        long before = PretendedGpu.waits();
        TrainingPlan plan = TrainingPlan.sgd(1, data.exampleCount() / steps, 0.01);
        trainer.train(flat, data, plan, 1, STREAMS, "c", ProgressListener.NONE);
        return PretendedGpu.waits() - before;
    }

    private static long evaluation(
            LocalTrainer trainer, NDArray flat, DeviceDataset data, int batches) {
        long before = PretendedGpu.waits();
        trainer.evaluate(flat, data, data.exampleCount() / batches);
        return PretendedGpu.waits() - before;
    }
}
