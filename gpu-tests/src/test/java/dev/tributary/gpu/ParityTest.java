package dev.tributary.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

import dev.tributary.aggregate.ExactWeightedMean;
import dev.tributary.parameters.Float16;
import dev.tributary.parameters.HostTransfer;
import dev.tributary.parameters.HostVector;
import dev.tributary.parameters.ParameterLayout;
import dev.tributary.strategy.Strategies;
import dev.tributary.strategy.optimizer.ServerOptimizer;
import dev.tributary.testkit.HalfFiles;
import dev.tributary.testkit.SeededCases;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Map;
import java.util.SplittableRandom;

/** CPU and GPU give the same bits where the arithmetic is exact or elementwise. */
@ExtendWith(GpuRequired.class)
class ParityTest {
    @TempDir private Path directory;

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4, 13, 207, 4_098, 32_769, 4_194_305})
    void theExactMeanIsBitIdentical(int size) throws IOException {
        assertThat(mean(GpuRequired.gpu(), size)).isEqualTo(mean(GpuRequired.cpu(), size));
    }

    @Test
    void vectorsReturnFromTheDeviceAsTheyCame() throws IOException {
        float[] values = SeededCases.vector(new SplittableRandom(3), 5_000_011, 1e30);
        try (NDManager gpu = GpuRequired.gpu()) {
            NDArray vector = gpu.zeros(new Shape(values.length));
            HostTransfer.toDevice(HostVector.of(values), vector);
            float[] found = new float[values.length];
            int[] at = {0};
            HostTransfer.toHost(vector, chunk -> at[0] += copy(chunk, found, at[0]));
            assertThat(found).isEqualTo(values);
        }
    }

    /** Two steps, so that what an optimizer remembers counts too. */
    @ParameterizedTest
    @ValueSource(strings = {"fedavg", "fedavgm", "fedadagrad", "fedadam", "fedyogi"})
    void serverOptimizersAgreeWithinAMillionth(String strategy) {
        float[] cpu = steps(GpuRequired.cpu(), strategy);
        assertThat(steps(GpuRequired.gpu(), strategy)).containsExactly(cpu, within(1e-6f));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 13, 4_098, 4_194_305})
    void updatesOnTheDeviceFoldToTheSameBitsAsFromTheHost(int size) throws IOException {
        float[] values = SeededCases.vector(new SplittableRandom(size), size, 10);
        float magnitude = SeededCases.magnitude(values);
        ParameterLayout layout = ParameterLayout.builder().trainable("w", size).build();
        try (NDManager manager = GpuRequired.gpu();
                NDArray resident = manager.create(values);
                ExactWeightedMean host = new ExactWeightedMean(manager, layout);
                ExactWeightedMean device = new ExactWeightedMean(manager, layout)) {
            host.accumulate(HostVector.of(values), magnitude, 7);
            device.accumulate(resident, magnitude, 7);
            assertThat(device.finish(manager).toFloatArray())
                    .isEqualTo(host.finish(manager).toFloatArray());
        }
    }

    /** Widened by the device's kernel here and by a table there. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4, 13, 207, 4_098, 32_769, 1_048_577, 4_194_305})
    void theExactMeanOfHalvesIsBitIdentical(int size) throws IOException {
        assertThat(meanOfHalves(GpuRequired.gpu(), size))
                .isEqualTo(meanOfHalves(GpuRequired.cpu(), size));
    }

    @Test
    void valuesAreNarrowedToTheSameBits() {
        float[] values = SeededCases.vector(new SplittableRandom(5), 1_000_003, 65_504);
        for (int i = 0; i < values.length / 2; i++) {
            values[i] *= 1e-9f;
        }
        assertThat(halves(GpuRequired.gpu(), values)).isEqualTo(halves(GpuRequired.cpu(), values));
    }

    private static byte[] halves(NDManager manager, float[] values) {
        try (manager) {
            byte[] bits = new byte[values.length * Float16.BYTES];
            HostTransfer.hostBytes(Float16.narrow(manager.create(values))).get(bits);
            return bits;
        }
    }

    private float[] meanOfHalves(NDManager manager, int size) throws IOException {
        SplittableRandom random = new SplittableRandom(size);
        try (manager;
                ExactWeightedMean mean =
                        new ExactWeightedMean(manager, HalfFiles.layout(size, 3))) {
            for (int i = 0; i < 3; i++) {
                short[] halves = SeededCases.halves(random, size);
                try (FileChannel file =
                        HalfFiles.write(directory.resolve("body"), halves, 1e6f, -1, 0)) {
                    HostVector update = HalfFiles.vector(file, size, 3);
                    mean.accumulate(update, 1e6f, random.nextInt(1, 100));
                }
            }
            return mean.finish(manager).toFloatArray();
        }
    }

    private static float[] mean(NDManager manager, int size) throws IOException {
        SplittableRandom random = new SplittableRandom(size);
        ParameterLayout layout = ParameterLayout.builder().trainable("w", size).build();
        try (manager;
                ExactWeightedMean mean = new ExactWeightedMean(manager, layout)) {
            for (int i = 0; i < 5; i++) {
                float[] values = SeededCases.vector(random, size, Math.pow(10, i - 3));
                float magnitude = SeededCases.magnitude(values);
                mean.accumulate(HostVector.of(values), magnitude, random.nextInt(1, 5000));
            }
            return mean.finish(manager).toFloatArray();
        }
    }

    private static float[] steps(NDManager manager, String strategy) {
        SplittableRandom random = new SplittableRandom(4);
        int size = 10_007;
        ServerOptimizer.Factory factory =
                Strategies.named(strategy, 0.7, Map.of()).serverOptimizer();
        try (manager;
                ServerOptimizer optimizer = factory.open(manager, size)) {
            NDArray trainables = manager.create(SeededCases.vector(random, size, 1));
            for (int step = 0; step < 2; step++) {
                NDArray update = manager.create(SeededCases.vector(random, size, 1e-2));
                optimizer.step(0, trainables, update);
            }
            return trainables.toFloatArray();
        }
    }

    private static int copy(ByteBuffer chunk, float[] target, int at) {
        int count = chunk.remaining() / Float.BYTES;
        chunk.asFloatBuffer().get(target, at, count);
        return count;
    }
}
