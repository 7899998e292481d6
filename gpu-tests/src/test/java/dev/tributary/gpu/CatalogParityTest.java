package dev.tributary.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

import dev.tributary.models.catalog.ModelCatalog;
import dev.tributary.models.catalog.ModelDefinition;
import dev.tributary.random.RandomStreams;
import dev.tributary.testkit.TinyTask;
import dev.tributary.training.DeviceDataset;
import dev.tributary.training.LearningRateSchedule;
import dev.tributary.training.LocalResult;
import dev.tributary.training.LocalTrainer;
import dev.tributary.training.OptimizerPlan;
import dev.tributary.training.ProgressListener;
import dev.tributary.training.TrainingPlan;

import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.List;

/**
 * Every model of the catalog computes on the GPU what it computes on the CPU: the same evaluation
 * of the same parameters, and twelve steps of training that lower its loss alike. Models with
 * dropout draw from another generator there, so only their direction is compared.
 */
@ExtendWith(GpuRequired.class)
class CatalogParityTest {
    private static final ModelCatalog CATALOG = ModelCatalog.load();
    private static final RandomStreams STREAMS = new RandomStreams(1);
    private static final double TOLERANCE = 2e-2;

    static List<TinyTask> tasks() {
        return TinyTask.all();
    }

    private record Measured(double initial, double epoch, double after) {}

    @ParameterizedTest
    @MethodSource("tasks")
    void trainsOnTheGpuAsOnTheCpu(TinyTask task) {
        Measured cpu = measure(task, Device.cpu());
        Measured gpu = measure(task, GpuRequired.device());

        assertThat(gpu.initial).isCloseTo(cpu.initial, within(TOLERANCE));
        if (!task.spec().options().containsKey("dropout")) {
            assertThat(gpu.epoch).isCloseTo(cpu.epoch, within(TOLERANCE));
        }
        assertThat(gpu.after).isLessThan(0.9 * gpu.initial);
    }

    private static Measured measure(TinyTask task, Device device) {
        ModelDefinition model = CATALOG.create(task.spec());
        try (NDManager manager = NDManager.newBaseManager(device);
                LocalTrainer trainer =
                        new LocalTrainer(model.newBlock(manager), model.loss(), device);
                DeviceDataset data = DeviceDataset.of(task.data(), device)) {
            NDArray flat = manager.zeros(new Shape(model.layout().size()));
            model.initialize(flat, STREAMS);
            double initial = trainer.evaluate(flat, data, 50).meanLoss();
            LocalResult result =
                    trainer.train(flat, data, plan(task), 1, STREAMS, "c", ProgressListener.NONE);
            double after = trainer.evaluate(flat, data, 50).meanLoss();
            return new Measured(initial, result.epochLosses().get(0), after);
        }
    }

    /** 96 examples in batches of 24: four steps an epoch. */
    private static TrainingPlan plan(TinyTask task) {
        return new TrainingPlan(
                5,
                24,
                OptimizerPlan.sgd(task.learningRate()).withMomentum(0.9),
                LearningRateSchedule.constant(),
                1);
    }
}
