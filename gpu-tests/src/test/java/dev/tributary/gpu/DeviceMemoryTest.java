package dev.tributary.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.util.cuda.CudaUtils;

import dev.tributary.parameters.HostTransfer;
import dev.tributary.parameters.HostVector;
import dev.tributary.parameters.ParameterLayout;
import dev.tributary.strategy.GlobalVector;
import dev.tributary.strategy.Strategies;
import dev.tributary.strategy.Strategy;
import dev.tributary.testkit.LiveArrays;
import dev.tributary.testkit.SeededCases;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.SplittableRandom;

/** What 1,000 rounds and large models leave on the device. */
@ExtendWith(GpuRequired.class)
class DeviceMemoryTest {
    private static final int ROUNDS = 1000;
    private static final int WARM_UP = 20;

    /** What other processes on the same card may take or give back meanwhile. */
    private static final long SLACK_BYTES = 64L << 20;

    @Test
    @Tag("pretended-gpu")
    void aThousandRoundsLeaveTheDeviceAsItWas() throws IOException, ReflectiveOperationException {
        float[] values = SeededCases.vector(new SplittableRandom(6), 199_210, 1e-3);
        float magnitude = SeededCases.magnitude(values);
        ParameterLayout layout = ParameterLayout.builder().trainable("w", values.length).build();
        Strategy adam = Strategies.named("fedadam", 0.01, Map.of());
        try (GlobalVector model = new GlobalVector(GpuRequired.device(), layout, adam)) {
            int arrays = 0;
            long bytes = 0;
            for (int round = 1; round <= ROUNDS; round++) {
                for (int client = 0; client < 4; client++) {
                    model.fold(HostVector.of(values), magnitude, 600);
                }
                assertThat(model.step(4)).isTrue();
                if (round == WARM_UP) {
                    arrays = LiveArrays.count();
                    bytes = usedBytes();
                }
            }
            assertThat(LiveArrays.count()).isEqualTo(arrays);
            assertThat(usedBytes() - bytes).isLessThan(SLACK_BYTES);
        }
    }

    @Test
    void aModelOf100MegabytesFoldsToTheSameHashOnBoth()
            throws IOException, NoSuchAlgorithmException {
        int size = 25_000_000;
        assertThat(hashOfMean(GpuRequired.device(), size))
                .isEqualTo(hashOfMean(Device.cpu(), size));
    }

    @Test
    void aModelOfAGigabyteFoldsToTheSameHashOnBoth() throws IOException, NoSuchAlgorithmException {
        int size = 250_000_000;
        assertThat(hashOfMean(GpuRequired.device(), size))
                .isEqualTo(hashOfMean(Device.cpu(), size));
    }

    private static long usedBytes() {
        Device device = GpuRequired.device();
        return device.isGpu() ? CudaUtils.getGpuMemory(device).getUsed() : 0;
    }

    /** Of three updates; made as they are read, so that the host needs no memory for them. */
    private static String hashOfMean(Device device, int size)
            throws IOException, NoSuchAlgorithmException {
        ParameterLayout layout = ParameterLayout.builder().trainable("w", size).build();
        MessageDigest hash = MessageDigest.getInstance("SHA-256");
        try (GlobalVector model = new GlobalVector(device, layout, Strategy.fedAvg(1))) {
            for (int client = 1; client <= 3; client++) {
                model.fold(new GeneratedUpdate(size, client), 1, 100.0 * client);
            }
            assertThat(model.step(4)).isTrue();
            HostTransfer.toHost(model.flat(), hash::update);
        }
        return HexFormat.of().formatHex(hash.digest());
    }

    /** Values in [-1, 1) that depend on their position and the client. */
    private record GeneratedUpdate(long size, int client) implements HostVector {
        @Override
        public void read(long offset, ByteBuffer destination) {
            ByteBuffer target = destination.order(ByteOrder.LITTLE_ENDIAN);
            for (long i = offset; target.hasRemaining(); i++) {
                int mixed = (int) ((i + 1) * 0x9E3779B9L * client);
                target.putFloat((mixed >> 8) / (float) (1 << 23));
            }
        }
    }
}
