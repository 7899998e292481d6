package dev.tributary.training;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.Dropout;

import dev.tributary.device.NativeStack;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.util.EnumSet;
import java.util.Set;

class EngineRandomnessTest {
    private static final Set<Thread.State> HELD_UP =
            EnumSet.of(Thread.State.BLOCKED, Thread.State.WAITING, Thread.State.TERMINATED);

    @BeforeAll
    static void loadEngine() {
        NativeStack.engine();
    }

    @Test
    @Timeout(20)
    void passDrawsTheSameWhileAnotherClientBegins() throws InterruptedException {
        Block drawing = Dropout.builder().build();
        Block other = Linear.builder().setUnits(1).build();
        float[] alone = new EngineRandomness(drawing, 1).forward(EngineRandomnessTest::draws);

        Thread beginning = new Thread(() -> new EngineRandomness(other, 2));
        float[] beside =
                new EngineRandomness(drawing, 1)
                        .forward(
                                () -> {
                                    beginning.start();
                                    while (!HELD_UP.contains(beginning.getState())) {
                                        Thread.onSpinWait();
                                    }
                                    return draws();
                                });
        beginning.join();

        assertThat(beside).containsExactly(alone);
    }

    private static float[] draws() {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu())) {
            return manager.randomUniform(0, 1, new Shape(8)).toFloatArray();
        }
    }
}
