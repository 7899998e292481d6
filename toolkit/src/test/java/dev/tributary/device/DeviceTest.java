package dev.tributary.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;

import dev.tributary.testkit.EngineExtension;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

@ExtendWith(EngineExtension.class)
class DeviceTest {

    @Test
    void theCpuIsAlwaysThere() {
        assertThat(DeviceSelector.select("cpu").name()).isEqualTo("cpu");
    }

    @Test
    void autoFallsBackToTheCpuAndSaysSo() {
        assumeTrue(NativeStack.engine().getGpuCount() == 0, "this machine has a GPU");
        DeviceSelector.Selection selection = DeviceSelector.select("auto");
        assertThat(selection.name()).isEqualTo("cpu");
        assertThat(selection.reason()).contains("no usable GPU");
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpu", "gpu:0", "gpu:7"})
    void aDemandedGpuThatIsNotThereIsAnErrorWithARemedy(String wanted) {
        assumeTrue(NativeStack.engine().getGpuCount() == 0, "this machine has a GPU");
        assertThatThrownBy(() -> DeviceSelector.select(wanted))
                .isInstanceOf(DeviceUnavailableException.class)
                .hasMessageContaining(wanted)
                .hasMessageContaining("doctor");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "GPU", "gpu:", "gpu:-1", "gpu:x", "cuda", "gpu:1234"})
    void anythingElseIsRefused(String wanted) {
        assertThatThrownBy(() -> DeviceSelector.select(wanted))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected auto, cpu, gpu or gpu:N");
    }

    @Test
    void gradientsAreRecordedInsideTheScopeOnly(NDManager manager) {
        try (NDManager scope = manager.newSubManager()) {
            NDArray weight = scope.create(new float[] {3});
            weight.setRequiresGradient(true);
            try (GradientScope recording = GradientScope.recording()) {
                recording.backward(weight.mul(weight).sum());
                try (GradientScope off = GradientScope.off()) {
                    assertThat(JniUtils.isGradMode()).isFalse();
                }
                assertThat(JniUtils.isGradMode()).isTrue();
            }
            assertThat(JniUtils.isGradMode()).isFalse();
            assertThat(weight.getGradient().toFloatArray()).containsExactly(6);
        }
    }

    @Test
    void twoThreadsRecordAtOnce(NDManager manager) throws Exception {
        ExecutorService other = Executors.newSingleThreadExecutor();
        try (NDManager scope = manager.newSubManager();
                GradientScope here = GradientScope.recording()) {
            NDArray weight = scope.create(new float[] {2});
            weight.setRequiresGradient(true);
            float there = other.submit(() -> cubeGradient(manager, 5)).get();
            here.backward(weight.mul(weight).sum());
            assertThat(there).isEqualTo(75);
            assertThat(weight.getGradient().toFloatArray()).containsExactly(4);
        } finally {
            other.shutdownNow();
        }
    }

    @Test
    void threadThatIsNewToTheEngineMultipliesMatricesToTheSameBits(NDManager manager)
            throws Exception {
        ExecutorService fresh = Executors.newSingleThreadExecutor();
        try (NDManager scope = manager.newSubManager()) {
            NDArray left = scope.randomNormal(new Shape(100, 784));
            NDArray right = scope.randomNormal(new Shape(784, 200));
            float[] there = fresh.submit(() -> product(left, right)).get();
            assertThat(there).isEqualTo(product(left, right));
        } finally {
            fresh.shutdownNow();
        }
    }

    private static float[] product(NDArray left, NDArray right) {
        try (GradientScope off = GradientScope.off();
                NDArray product = left.matMul(right)) {
            return product.toFloatArray();
        }
    }

    private static float cubeGradient(NDManager manager, float at) {
        try (NDManager scope = manager.newSubManager();
                GradientScope recording = GradientScope.recording()) {
            NDArray weight = scope.create(new float[] {at});
            weight.setRequiresGradient(true);
            recording.backward(weight.mul(weight).mul(weight).sum());
            return weight.getGradient().toFloatArray()[0];
        }
    }
}
