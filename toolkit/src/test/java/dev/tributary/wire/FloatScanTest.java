package dev.tributary.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;

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
        FloatScan scan = new FloatScan();
        while (bytes.hasRemaining()) {
            int count = Math.min(bytes.remaining(), random.nextInt(4000));
            scan.accept(bytes.slice(bytes.position(), count));
            bytes.position(bytes.position() + count);
        }

        assertThat(scan.magnitude()).isEqualTo(expected);
    }

    private static FloatScan scan(float[] values) {
        FloatScan scan = new FloatScan();
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
