package dev.tributary.testkit;

import dev.tributary.parameters.Float16;

import java.util.SplittableRandom;
import java.util.stream.LongStream;

/**
 * Random test cases that can be replayed: each is a seed, printed with the test's name.
 *
 * <p>Use with {@code @ParameterizedTest @MethodSource}; a failing seed is then in the report.
 */
public final class SeededCases {
    private SeededCases() {}

    /** That many fixed seeds. */
    public static LongStream seeds(int count) {
        return new SplittableRandom(20_170_211).longs(count);
    }

    /** Values between -scale and scale, a few of them exactly 0. */
    public static float[] vector(SplittableRandom random, int size, double scale) {
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] =
                    random.nextInt(20) == 0 ? 0 : (float) ((random.nextDouble() * 2 - 1) * scale);
        }
        return values;
    }

    /** The bits of finite float16 values of all magnitudes, zeros of both signs among them. */
    public static short[] halves(SplittableRandom random, int size) {
        short[] bits = new short[size];
        for (int i = 0; i < size; i++) {
            int magnitude = random.nextInt(20) == 0 ? 0 : random.nextInt(Float16.INFINITY_BITS);
            bits[i] = (short) (magnitude | (random.nextBoolean() ? 0x8000 : 0));
        }
        return bits;
    }

    /** The largest absolute value. */
    public static float magnitude(float[] values) {
        float largest = 0;
        for (float value : values) {
            largest = Math.max(largest, Math.abs(value));
        }
        return largest;
    }

    /** The values in another order. */
    public static <T> void shuffle(SplittableRandom random, T[] values) {
        for (int i = values.length - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            T swapped = values[i];
            values[i] = values[j];
            values[j] = swapped;
        }
    }
}
