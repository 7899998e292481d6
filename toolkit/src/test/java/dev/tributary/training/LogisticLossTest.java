package dev.tributary.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;

import dev.tributary.device.GradientScope;
import dev.tributary.device.NativeStack;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class LogisticLossTest {
    @BeforeAll
    static void loadEngine() {
        NativeStack.engine();
    }

    @Test
    void isTheMeanOfLogOnePlusExpOfTheNegativeMargin() {
        float[] outputs = {0, 2, -3, 0.5f};
        long[] labels = {1, 1, 0, 0};
        double sum = 0;
        for (int i = 0; i < outputs.length; i++) {
            int sign = labels[i] == 1 ? 1 : -1;
            sum += Math.log1p(Math.exp(-sign * outputs[i]));
        }
        assertThat(loss(outputs, labels)).isCloseTo((float) (sum / 4), within(1e-6f));
    }

    @Test
    void noOutputIsTooLarge() {
        assertThat(loss(new float[] {1000, -1000}, new long[] {1, 0})).isZero();
        assertThat(loss(new float[] {1000, -1000}, new long[] {0, 1})).isEqualTo(1000);
    }

    private static float loss(float[] outputs, long[] labels) {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu());
                GradientScope off = GradientScope.off()) {
            NDArray column = manager.create(outputs).reshape(outputs.length, 1);
            return new LogisticLoss()
                    .evaluate(new NDList(manager.create(labels)), new NDList(column))
                    .getFloat();
        }
    }
}
