package dev.tributary.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.loss.Loss;

import dev.tributary.device.GradientScope;
import dev.tributary.device.NativeStack;

import org.junit.jupiter.api.Test;

import java.lang.ref.PhantomReference;
import java.lang.ref.ReferenceQueue;
import java.nio.ByteBuffer;

/**
 * Gradients are those of the formulas, also when Java's collector runs between the forward and the
 * backward pass: the engine's graph may hold no array whose memory is Java's.
 */
class LossGradientTest {
    private static final double LOGISTIC_OF_1 = 1 / (1 + Math.exp(-1));

    @Test
    void errorsOfNumbers() throws Exception {
        assertGradient(ErrorLoss.squared(), new float[] {-2, 2}, 3, -1);
        assertGradient(ErrorLoss.absolute(), new float[] {-2, 2}, 0.5, -0.5);
    }

    @Test
    void logisticLosses() throws Exception {
        double right = (LOGISTIC_OF_1 - 1) / 2;
        double wrong = LOGISTIC_OF_1 / 2;
        assertGradient(new LogisticLoss(), new float[] {1, 0}, right, wrong);
        assertGradient(new MultiLabelLoss(1), new float[] {1, 0}, right, wrong);
    }

    private static void assertGradient(Loss loss, float[] labels, double... expected)
            throws InterruptedException {
        NativeStack.engine();
        try (NDManager manager = NDManager.newBaseManager(Device.cpu());
                GradientScope recording = GradientScope.recording()) {
            NDArray outputs = manager.ones(new Shape(2, 1));
            outputs.setRequiresGradient(true);
            NDArray given = manager.create(labels);
            if (!(loss instanceof ErrorLoss)) {
                given = given.toType(DataType.INT64, false);
            }
            NDArray value = loss.evaluate(new NDList(given), new NDList(outputs));
            collect();
            recording.backward(value);
            float[] found = outputs.getGradient().toFloatArray();
            for (int i = 0; i < expected.length; i++) {
                assertThat(found[i]).isCloseTo((float) expected[i], within(1e-6f));
            }
        }
    }

    /** Until memory that nobody holds is free, and others have it. */
    private static void collect() throws InterruptedException {
        ReferenceQueue<Object> queue = new ReferenceQueue<>();
        PhantomReference<Object> lost = new PhantomReference<>(new Object(), queue);
        while (queue.remove(10) == null) {
            System.gc();
        }
        assertThat(lost.refersTo(null)).isTrue();
        for (int i = 0; i < 10_000; i++) {
            ByteBuffer.allocateDirect(Float.BYTES).asFloatBuffer().put(777);
        }
    }
}
