package dev.tributary.parameters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.recurrent.GRU;

import dev.tributary.testkit.EngineExtension;
import dev.tributary.testkit.SeededCases;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

@ExtendWith(EngineExtension.class)
class FlatParametersTest {

    private static Block convolutional(NDManager scope) {
        Block block =
                new SequentialBlock()
                        .add(Conv2d.builder().setKernelShape(new Shape(3, 3)).setFilters(4).build())
                        .add(BatchNorm.builder().build())
                        .add(ai.djl.nn.Blocks.batchFlattenBlock())
                        .add(Linear.builder().setUnits(5).build());
        block.initialize(scope, DataType.FLOAT32, new Shape(1, 1, 6, 6));
        return block;
    }

    @Test
    void packAndUnpackAreInverse(NDManager manager) {
        try (NDManager scope = manager.newSubManager()) {
            FlatParameters parameters = FlatParameters.of(convolutional(scope));
            int size = (int) parameters.layout().size();
            float[] values = SeededCases.vector(new SplittableRandom(7), size, 1);
            NDArray flat = scope.create(values);
            parameters.unpack(flat);
            NDArray packed = scope.zeros(new Shape(size));
            parameters.pack(packed);
            assertThat(packed.toFloatArray()).containsExactly(values);
            assertThat(flat.toFloatArray()).containsExactly(values);
        }
    }

    @Test
    void batchNormsRunningMomentsAreStatistics(NDManager manager) {
        try (NDManager scope = manager.newSubManager()) {
            ParameterLayout layout = FlatParameters.of(convolutional(scope)).layout();
            assertThat(layout.tensors())
                    .filteredOn(tensor -> tensor.kind() == ParameterKind.STATISTIC)
                    .extracting(TensorSpec::name)
                    .containsExactly("02BatchNorm_runningMean", "02BatchNorm_runningVar");
            assertThat(layout.size(ParameterKind.STATISTIC)).isEqualTo(8);
            // Convolution 36 + 4, gamma and beta 8, linear 5 * 64 + 5.
            assertThat(layout.size(ParameterKind.TRAINABLE)).isEqualTo(40 + 8 + 325);
        }
    }

    @Test
    void theModelComputesWithWhatWasUnpacked(NDManager manager) {
        try (NDManager scope = manager.newSubManager()) {
            Block block = Linear.builder().setUnits(1).build();
            block.initialize(scope, DataType.FLOAT32, new Shape(1, 2));
            FlatParameters.of(block).unpack(scope.create(new float[] {2, 3, 10}));
            ai.djl.training.ParameterStore store = new ai.djl.training.ParameterStore(scope, false);
            ai.djl.ndarray.NDList input =
                    new ai.djl.ndarray.NDList(scope.create(new float[][] {{1, 100}}));
            NDArray output = block.forward(store, input, false).singletonOrThrow();
            assertThat(output.toFloatArray()).containsExactly(2 + 300 + 10);
        }
    }

    @Test
    void recurrentBlocksWork(NDManager manager) {
        try (NDManager scope = manager.newSubManager()) {
            Block gru = GRU.builder().setStateSize(3).setNumLayers(2).optReturnState(false).build();
            gru.initialize(scope, DataType.FLOAT32, new Shape(1, 4, 2));
            FlatParameters parameters = FlatParameters.of(gru);
            NDArray flat = scope.ones(new Shape(parameters.layout().size()));
            parameters.unpack(flat);
            NDArray packed = scope.zeros(flat.getShape());
            parameters.pack(packed);
            assertThat(packed.toFloatArray()).containsOnly(1);
        }
    }

    @Test
    void aFreshThreadMayPackAndUnpack(NDManager manager)
            throws InterruptedException, ExecutionException {
        ExecutorService executor = Executors.newSingleThreadExecutor();
        try (NDManager scope = manager.newSubManager()) {
            FlatParameters parameters = FlatParameters.of(convolutional(scope));
            NDArray flat = scope.zeros(new Shape(parameters.layout().size()));
            executor.submit(() -> parameters.unpack(flat)).get();
            executor.submit(() -> parameters.pack(flat)).get();
            assertThat(flat.toFloatArray()).containsOnly(0);
        } finally {
            executor.shutdownNow();
        }
    }

    @Test
    void aBlockWithoutArraysIsRefused() {
        Block block = Linear.builder().setUnits(1).build();
        assertThatThrownBy(() -> FlatParameters.of(block))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("initialized");
    }

    @Test
    void otherTypesThanFloat32AreRefused(NDManager manager) {
        try (NDManager scope = manager.newSubManager()) {
            Block block = Linear.builder().setUnits(1).build();
            block.initialize(scope, DataType.FLOAT64, new Shape(1, 2));
            assertThatThrownBy(() -> FlatParameters.of(block))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("expected float32, found float64");
        }
    }
}
