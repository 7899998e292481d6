package dev.tributary.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

import dev.tributary.data.LocalDataset;
import dev.tributary.models.catalog.ModelCatalog;
import dev.tributary.models.catalog.ModelDefinition;
import dev.tributary.protocol.ModelSpec;
import dev.tributary.random.RandomStreams;
import dev.tributary.training.DeviceDataset;
import dev.tributary.training.LocalTrainer;
import dev.tributary.training.ProgressListener;
import dev.tributary.training.TrainingException;
import dev.tributary.training.TrainingPlan;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.util.Map;

/** A batch that does not fit the GPU is refused by name, and the same trainer goes on with less. */
@ExtendWith(GpuRequired.class)
class OutOfMemoryTest {
    /** So wide that the activations of all examples take 256 GiB. */
    private static final int HIDDEN = 1 << 20;

    private static final int EXAMPLES = 1 << 16;

    @Test
    void tooLargeABatchIsNamedAndASmallerOneTrains() {
        Device device = GpuRequired.device();
        ModelSpec spec =
                new ModelSpec(
                        "mlp",
                        Map.of("input", "4", "classes", "2", "hidden", Integer.toString(HIDDEN)));
        ModelDefinition model = ModelCatalog.load().create(spec);
        RandomStreams streams = new RandomStreams(1);
        LocalDataset examples =
                new LocalDataset(new float[4 * EXAMPLES], new long[] {4}, new float[EXAMPLES], 2);
        try (NDManager manager = NDManager.newBaseManager(device);
                LocalTrainer trainer =
                        new LocalTrainer(model.newBlock(manager), model.loss(), device);
                DeviceDataset all = DeviceDataset.of(examples, device);
                DeviceDataset few = DeviceDataset.of(examples.subset(new int[] {0, 1}), device)) {
            NDArray flat = manager.zeros(new Shape(model.layout().size()));
            TrainingPlan whole = TrainingPlan.sgd(1, TrainingPlan.WHOLE_DATASET, 0.1);
            assertThatThrownBy(
                            () ->
                                    trainer.train(
                                            flat,
                                            all,
                                            whole,
                                            1,
                                            streams,
                                            "c",
                                            ProgressListener.NONE))
                    .isInstanceOf(TrainingException.class)
                    .hasMessageContaining("batches of " + EXAMPLES)
                    .hasMessageContaining("smaller batch size");
            assertThat(
                            trainer.train(flat, few, whole, 1, streams, "c", ProgressListener.NONE)
                                    .steps())
                    .isEqualTo(1);
        }
    }
}
