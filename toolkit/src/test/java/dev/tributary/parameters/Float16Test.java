package dev.tributary.parameters;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

import dev.tributary.testkit.EngineExtension;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.SplittableRandom;

/** Of all 65,536 values; the engine and this class agree on each. */
@ExtendWith(EngineExtension.class)
class Float16Test {
    private static final int COUNT = 1 << 16;

    @Test
    void everyValueIsWhatItsBitsSay() {
        for (int bits = 0; bits < COUNT; bits++) {
            float found = Float16.toFloat((short) bits);
            int exponent = bits >> 10 & 0x1f;
            int fraction = bits & 0x3ff;
            double magnitude =
                    exponent == 0
                            ? fraction * 0x1p-24
                            : Math.scalb(1024.0 + fraction, exponent - 25);
            if (exponent == 0x1f) {
                assertThat(Float.isFinite(found)).isFalse();
                assertThat(Float.isNaN(found)).isEqualTo(fraction != 0);
            } else {
                assertThat((double) Math.abs(found)).isEqualTo(magnitude);
            }
            assertThat(Float.floatToRawIntBits(found) < 0).isEqualTo(bits >= COUNT / 2);
        }
    }

    @Test
    void theEngineWidensAndNarrowsEveryValueToTheSameBits(NDManager manager) {
        float[] values = all();
        try (NDArray given = onDevice(manager, values);
                NDArray halves = Float16.narrow(given);
                NDArray wide = halves.toType(DataType.FLOAT32, false)) {
            assertThat(halves.getDataType()).isEqualTo(DataType.FLOAT16);
            ByteBuffer bits = HostTransfer.hostBytes(halves);
            float[] widened = wide.toFloatArray();
            for (int i = 0; i < COUNT; i++) {
                if (Float.isNaN(values[i])) {
                    assertThat(widened[i]).isNaN();
                } else {
                    assertThat(bits.getShort(2 * i)).isEqualTo((short) i);
                    assertThat(Float.floatToRawIntBits(widened[i]))
                            .isEqualTo(Float.floatToRawIntBits(values[i]));
                }
            }
        }
    }

    @Test
    void narrowingTakesTheNearestAndOfTwoTheEvenOne(NDManager manager) {
        SplittableRandom random = new SplittableRandom(16);
        float[] values = new float[100_000];
        for (int i = 0; i < values.length; i++) {
            int lower = random.nextInt(Float16.INFINITY_BITS - 1);
            float below = Float16.toFloat((short) lower);
            float step = Float16.toFloat((short) (lower + 1)) - below;
            // A quarter of all lie exactly between two.
            float part = random.nextInt(4) == 0 ? 0.5f : (float) random.nextDouble();
            values[i] = below + step * part;
        }
        try (NDArray given = onDevice(manager, values);
                NDArray halves = Float16.narrow(given)) {
            ByteBuffer bits = HostTransfer.hostBytes(halves);
            for (int i = 0; i < values.length; i++) {
                requireNearest(values[i], bits.getShort(2 * i));
            }
        }
    }

    @Test
    void whatItHoldsStaysFiniteAndNothingElse(NDManager manager) {
        float last = Math.nextDown(65520f);
        assertThat(Float16.holds(last)).isTrue();
        for (float beyond : new float[] {65520, 1e9f, Float.POSITIVE_INFINITY, Float.NaN}) {
            assertThat(Float16.holds(beyond)).isFalse();
        }
        try (NDArray given = onDevice(manager, new float[] {last, 65520});
                NDArray halves = Float16.narrow(given)) {
            ByteBuffer bits = HostTransfer.hostBytes(halves);
            assertThat(Float16.toFloat(bits.getShort(0))).isEqualTo(Float16.MAX_VALUE);
            assertThat((int) bits.getShort(2)).isEqualTo(Float16.INFINITY_BITS);
        }
    }

    private static void requireNearest(float value, short bits) {
        double distance = Math.abs((double) value - Float16.toFloat(bits));
        for (int neighbour : new int[] {bits - 1, bits + 1}) {
            double other = Math.abs((double) value - Float16.toFloat((short) neighbour));
            assertThat(neighbour < 0 || distance < other || (distance == other && bits % 2 == 0))
                    .as("%s became %x, and %x is as near", value, bits, neighbour)
                    .isTrue();
        }
    }

    private static float[] all() {
        float[] values = new float[COUNT];
        for (int bits = 0; bits < COUNT; bits++) {
            values[bits] = Float16.toFloat((short) bits);
        }
        return values;
    }

    private static NDArray onDevice(NDManager manager, float[] values) {
        ByteBuffer bytes =
                ByteBuffer.allocateDirect(values.length * Float.BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return manager.create(bytes, new Shape(values.length), DataType.FLOAT32);
    }
}
