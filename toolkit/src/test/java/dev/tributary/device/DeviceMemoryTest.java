package dev.tributary.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

import dev.tributary.testkit.EngineExtension;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(EngineExtension.class)
class DeviceMemoryTest {
    private static final long TOO_MANY = 1L << 50;

    @Test
    void engineSaysWhenMemoryIsExhausted(NDManager manager) {
        EngineException failure =
                catchThrowableOfType(
                        EngineException.class, () -> manager.zeros(new Shape(TOO_MANY)));
        assertThat(DeviceMemory.exhausted(failure)).as(failure.getMessage()).isTrue();
    }

    @Test
    void otherFailuresAreNotTakenForThat(NDManager manager) {
        EngineException failure =
                catchThrowableOfType(
                        EngineException.class,
                        () -> manager.ones(new Shape(2, 3)).matMul(manager.ones(new Shape(2, 3))));
        assertThat(DeviceMemory.exhausted(failure)).as(failure.getMessage()).isFalse();
        manager.getManagedArrays().forEach(array -> array.close());
    }

    @Test
    void onlyGpusHaveMemoryOfTheirOwn() {
        assertThat(DeviceMemory.of(Device.cpu())).isEmpty();
        assertThat(GpuActivity.busyPercent(Device.cpu())).isEmpty();
    }
}
