package dev.tributary.models.layers;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;

import dev.tributary.device.GradientScope;
import dev.tributary.device.NativeStack;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class GroupNormTest {
    @BeforeAll
    static void loadEngine() {
        NativeStack.engine();
    }

    @Test
    void eachGroupOfEachExampleHasMeanZeroAndVarianceOne() {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu());
                GradientScope off = GradientScope.off()) {
            NDArray input = manager.arange(2f * 4 * 3).reshape(2, 4, 3).pow(2);
            NDArray output = normalize(manager, new GroupNorm(2), input).reshape(4, 6);
            for (int group = 0; group < 4; group++) {
                assertThat(output.get(group).mean().getFloat()).isBetween(-1e-5f, 1e-5f);
                assertThat(output.get(group).square().mean().getFloat())
                        .isBetween(0.9999f, 1.0001f);
            }
        }
    }

    @Test
    void outputOfAnExampleDoesNotDependOnTheOthers() {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu());
                GradientScope off = GradientScope.off()) {
            NDArray input = manager.arange(2f * 6 * 4).reshape(2, 6, 4).pow(2);
            Block layer = new GroupNorm(4);
            NDArray together = normalize(manager, layer, input);
            NDArray alone = normalize(manager, layer, input.get("0:1"));
            // 6 channels have no 4 equal groups, but 3.
            assertThat(together.get("0:1").toFloatArray()).isEqualTo(alone.toFloatArray());
            assertThat(alone.reshape(3, 8).get(0).mean().getFloat()).isBetween(-1e-5f, 1e-5f);
        }
    }

    private static NDArray normalize(NDManager manager, Block layer, NDArray input) {
        if (!layer.isInitialized()) {
            layer.initialize(manager, DataType.FLOAT32, input.getShape());
        }
        ParameterStore store = new ParameterStore(manager, false);
        NDArray output = layer.forward(store, new NDList(input), false).head();
        assertThat(output.getShape()).isEqualTo(input.getShape());
        assertThat(layer.getOutputShapes(new Shape[] {input.getShape()}))
                .containsExactly(input.getShape());
        return output;
    }
}
