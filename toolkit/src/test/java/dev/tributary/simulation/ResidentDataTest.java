package dev.tributary.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.initializer.Initializer;

import dev.tributary.data.LocalDataset;
import dev.tributary.device.NativeStack;
import dev.tributary.training.DeviceDataset;
import dev.tributary.training.LocalTrainer;
import dev.tributary.training.SparseCrossEntropy;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;

class ResidentDataTest {
    private static final long EXAMPLE = TinyWorld.FEATURES * Float.BYTES + Long.BYTES + Float.BYTES;

    private final List<String> drawn = new ArrayList<>();
    private final Population population =
            new Population() {
                private final TinyWorld world = new TinyWorld(9);

                @Override
                public SortedMap<String, Long> exampleCounts() {
                    return world.exampleCounts();
                }

                @Override
                public LocalDataset data(String client) {
                    drawn.add(client);
                    return world.data(client);
                }
            };

    @Test
    void dataThatFitsIsDrawnOnce() throws IOException {
        try (ResidentData data = new ResidentData(population, Device.cpu())) {
            assertThat(count(data, "client-0")).isEqualTo(3);
            assertThat(count(data, "client-2")).isEqualTo(5);
            assertThat(count(data, "client-0")).isEqualTo(3);
            assertThat(drawn).containsExactly("client-0", "client-2");
        }
    }

    @Test
    void whoWasAtWorkLongestAgoGoesFirst() throws IOException {
        try (ResidentData data = new ResidentData(population, Device.cpu(), 9 * EXAMPLE)) {
            for (int client : new int[] {0, 1, 0, 2, 0, 1}) {
                count(data, "client-" + client);
            }
            assertThat(drawn).containsExactly("client-0", "client-1", "client-2", "client-1");
        }
    }

    @Test
    void dataThatNeverFitsIsDrawnEachTimeAndDisplacesNobody() throws IOException {
        try (ResidentData data = new ResidentData(population, Device.cpu(), 4 * EXAMPLE)) {
            for (int client : new int[] {0, 2, 2, 0}) {
                count(data, "client-" + client);
            }
            assertThat(drawn).containsExactly("client-0", "client-2", "client-2");
        }
    }

    @Test
    void dataInUseOutlastsItsPlace() throws IOException {
        NativeStack.engine();
        try (NDManager manager = NDManager.newBaseManager(Device.cpu());
                LocalTrainer trainer = trainer(manager);
                NDArray model = manager.zeros(new Shape(trainer.layout().size()));
                ResidentData data = new ResidentData(population, Device.cpu(), 4 * EXAMPLE)) {
            DeviceDataset used =
                    data.with(
                            "client-0",
                            outer -> {
                                count(data, "client-1");
                                assertThat(trainer.evaluate(model, outer, 8).exampleCount())
                                        .isEqualTo(3);
                                return outer;
                            });
            assertThatThrownBy(() -> trainer.evaluate(model, used, 8))
                    .isInstanceOf(IllegalStateException.class);
        }
    }

    private static int count(ResidentData data, String client) throws IOException {
        return data.with(client, DeviceDataset::exampleCount);
    }

    private static LocalTrainer trainer(NDManager manager) {
        Block block = TinyWorld.layer(2);
        block.setInitializer(Initializer.ZEROS, Parameter.Type.WEIGHT);
        block.initialize(manager, DataType.FLOAT32, new Shape(1, TinyWorld.FEATURES));
        return new LocalTrainer(block, new SparseCrossEntropy(), Device.cpu());
    }
}
