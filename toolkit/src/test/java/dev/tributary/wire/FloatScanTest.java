package dev.tributary.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.parameters.Float16;
import dev.tributary.testkit.SeededCases;

import org.junit.jupiter.api.Test;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import java.util.SplittableRandom;

class FloatScanTest {
    private static final int SIZE = 5000;

    private final Random random = new Random(7);

    @Test
    void magnitudeIsTheLargestAbsoluteValueWhereverItLies() {
        for (int at = 0; at < SIZE; at += 101) {
            float[] values = values();
            values[at] = at % 2 == 0 ? 3e38f : -3e38f;

            FloatScan scan = scan(values);

            assertThat(scan.finite()).isTrue();
            assertThat(scan.magnitude()).isEqualTo(3e38f);
        }
    }

    @Test
    void oneValueThatIsNotFiniteIsFoundWhereverItLies() {
        for (float bad : new float[] {Float.NaN, 1 / 0f, -1 / 0f, Float.intBitsToFloat(-1)}) {
            for (int at = 0; at < SIZE; at += 101) {
                float[] values = values();
                values[at] = bad;

                assertThat(scan(values).finite()).as("%s at %d", bad, at).isFalse();
            }
        }
    }

    @Test
    void extremeButFiniteValuesAreFinite() {
        float[] values = {-0f, Float.MIN_VALUE, Float.MAX_VALUE, -Float.MAX_VALUE, 1, 2};

        FloatScan scan = scan(values);

        assertThat(scan.finite()).isTrue();
        assertThat(scan.magnitude()).isEqualTo(Float.MAX_VALUE);
    }

    @Test
    void cutsBetweenAnyBytesChangeNothing() {
        float[] values = values();
        float expected = scan(values).magnitude();
        ByteBuffer bytes = bytes(values);
        FloatScan scan = new FloatScan(false);
        while (bytes.hasRemaining()) {
            int count = Math.min(bytes.remaining(), random.nextInt(4000));
            scan.accept(bytes.slice(bytes.position(), count));
            bytes.position(bytes.position() + count);
        }

        assertThat(scan.magnitude()).isEqualTo(expected);
    }

    @Test
    void halvesAreScannedAsTheirBitsSayWhereverTheyAreCut() {
        for (int size : new int[] {0, 1, 2, 3, 2047, 2048, 2049, SIZE}) {
            short[] bits = SeededCases.halves(new SplittableRandom(size), size);
            float expected = 0;
            for (short half : bits) {
                expected = Math.max(expected, Math.abs(Float16.toFloat(half)));
            }
            FloatScan scan = cutAnywhere(bits);
            assertThat(scan.finite()).isTrue();
            assertThat(scan.magnitude()).as("%d values", size).isEqualTo(expected);
        }
    }

    @Test
    void oneHalfThatIsNotFiniteIsFoundWhereverItLies() {
        for (int bad : new int[] {0x7c00, 0xfc00, 0x7c01, 0x7e00, 0xffff}) {
            for (int at = 0; at < SIZE; at += 101) {
                short[] bits = SeededCases.halves(new SplittableRandom(at), SIZE);
                bits[at] = (short) bad;

                assertThat(cutAnywhere(bits).finite()).as("%x at %d", bad, at).isFalse();
            }
        }
    }

    private FloatScan cutAnywhere(short[] bits) {
        ByteBuffer bytes =
                ByteBuffer.allocate(bits.length * Short.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asShortBuffer().put(bits);
        FloatScan scan = new FloatScan(true);
        while (bytes.hasRemaining()) {
            int count = Math.min(bytes.remaining(), random.nextInt(4000));
            scan.accept(bytes.slice(bytes.position(), count));
            bytes.position(bytes.position() + count);
        }
        scan.end();
        return scan;
    }

    private static FloatScan scan(float[] values) {
        FloatScan scan = new FloatScan(false);
        scan.accept(bytes(values));
        return scan;
    }

    private float[] values() {
        float[] values = new float[SIZE];
        for (int i = 0; i < SIZE; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    private static ByteBuffer bytes(float[] values) {
        ByteBuffer bytes =
                ByteBuffer.allocateDirect(values.length * Float.BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return bytes;
    }
}
