package dev.tributary.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

import dev.tributary.device.GradientScope;
import dev.tributary.device.Scalars;
import dev.tributary.testkit.PretendedGpu;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.nio.FloatBuffer;

/** A pretended GPU refuses what a card refuses, and counts what waits for one. */
@Tag("pretended-gpu")
@ExtendWith(GpuRequired.class)
class PretendedGpuTest {
    private NDManager gpu;
    private NDManager cpu;
    private GradientScope off;

    @BeforeEach
    void open() {
        assumeThat(PretendedGpu.isThere()).as("a pretended GPU").isTrue();
        off = GradientScope.off();
        gpu = GpuRequired.gpu();
        cpu = GpuRequired.cpu();
    }

    @AfterEach
    void close() {
        if (off != null) {
            gpu.close();
            cpu.close();
            off.close();
        }
    }

    @Test
    void operandsOnTwoDevicesAreRefused() {
        NDArray there = gpu.ones(new Shape(3));
        NDArray here = cpu.ones(new Shape(3));

        assertThat(there.getDevice().isGpu()).isTrue();
        assertThatThrownBy(() -> there.add(here))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("one device");
        assertThatThrownBy(() -> there.reshape(1, 3).matMul(here.reshape(3, 1)))
                .isInstanceOf(EngineException.class);
        assertThatThrownBy(() -> there.get(cpu.create(new long[] {1})))
                .isInstanceOf(EngineException.class);
    }

    @Test
    void aScalarOnTheCpuIsAnOperandButNoResult() {
        NDArray there = gpu.ones(new Shape(3));
        NDArray scalar = Scalars.of(gpu, 2);

        assertThat(there.mul(scalar).toFloatArray()).containsOnly(2);
        assertThat(scalar.getDevice().isGpu()).isFalse();
        assertThatThrownBy(() -> scalar.addi(there)).isInstanceOf(EngineException.class);
        assertThatThrownBy(() -> there.stack(scalar)).isInstanceOf(EngineException.class);
    }

    @Test
    void copiesBetweenDevicesShareNoMemory() {
        NDArray there = gpu.ones(new Shape(3));
        NDArray here = there.toDevice(cpu.getDevice(), false);
        here.addi(here);
        assertThat(there.toFloatArray()).containsOnly(1);

        float[] values = {1, 2, 3};
        NDArray copy = gpu.create(FloatBuffer.wrap(values), new Shape(3));
        values[0] = 7;
        assertThat(copy.toFloatArray()).containsExactly(1, 2, 3);
    }

    @Test
    void numbersAndReadsWaitAndScalarsDoNot() {
        NDArray there = gpu.ones(new Shape(3));
        NDArray scalar = Scalars.of(gpu, 2);
        long before = PretendedGpu.waits();

        there.muli(scalar);
        assertThat(PretendedGpu.waits() - before).as("scalar").isZero();
        there.muli(2);
        assertThat(PretendedGpu.waits() - before).as("number").isEqualTo(1);
        assertThat(there.toFloatArray()).containsOnly(4);
        assertThat(PretendedGpu.waits() - before).as("read").isEqualTo(2);
        there.clip(0, 1);
        assertThat(PretendedGpu.waits() - before).as("two numbers and back").isEqualTo(6);
    }

    @Test
    void arraysThatAreClosedAreGone() {
        int before = PretendedGpu.arrays();
        NDArray there = gpu.ones(new Shape(3));
        assertThat(PretendedGpu.arrays()).isEqualTo(before + 1);
        there.close();
        assertThat(PretendedGpu.arrays()).isEqualTo(before);
    }
}
