package dev.tributary.parameters;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;

import java.nio.ByteBuffer;

/**
 * IEEE 754 half precision: 11 significant bits, magnitudes from 2<sup>-24</sup> to {@link
 * #MAX_VALUE}.
 *
 * <p>Each of its values is one of float32 too: widening is exact. Narrowing rounds to the nearest,
 * of two that are equally near to the even one, and is the engine's, on the device where the values
 * are. Thread-safe.
 */
public final class Float16 {
    /** Bytes of one value. */
    public static final int BYTES = Short.BYTES;

    /** The largest finite value. */
    public static final float MAX_VALUE = 65504;

    /** The bits of infinity; without its sign, larger ones are NaN. */
    public static final int INFINITY_BITS = 0x7c00;

    /** Half way to what would come next, which rounds to infinity. */
    private static final float ROUNDS_TO_INFINITY = 65520;

    /** By a value's bits; to compute it takes several times as long. */
    private static final float[] WIDENED = widened();

    private Float16() {}

    /** Widens exactly. */
    public static float toFloat(short bits) {
        return WIDENED[bits & 0xffff];
    }

    /** Whether rounding leaves values of this magnitude finite; false for NaN. */
    public static boolean holds(float magnitude) {
        return magnitude < ROUNDS_TO_INFINITY;
    }

    /**
     * Narrows values, each of a magnitude that it {@link #holds}.
     *
     * @param values float32 on any device; read only
     * @return float16 of the same shape, owned by the values' manager
     */
    public static NDArray narrow(NDArray values) {
        return values.toType(DataType.FLOAT16, false);
    }

    /**
     * Widens in place.
     *
     * @param bytes little-endian, {@code 4 * count} bytes from 0: values in the second half of
     *     them, float32 in all of them afterwards
     */
    static void widen(ByteBuffer bytes, int count) {
        // No value is written over before it is read: the last two meet at the end.
        int first = count * BYTES;
        for (int i = 0; i < count; i++) {
            bytes.putFloat(i * Float.BYTES, toFloat(bytes.getShort(first + i * BYTES)));
        }
    }

    private static float[] widened() {
        float[] values = new float[1 << Short.SIZE];
        for (int bits = 0; bits < values.length; bits++) {
            values[bits] = widened(bits);
        }
        return values;
    }

    /** Written out because Java has it from release 20 only. */
    private static float widened(int bits) {
        int sign = (bits & 0x8000) << 16;
        int exponent = bits >> 10 & 0x1f;
        int fraction = bits & 0x3ff;
        if (exponent == 0) {
            float magnitude = fraction * 0x1p-24f;
            return sign == 0 ? magnitude : -magnitude;
        }
        int bias = exponent == 0x1f ? 0xff : exponent + 112;
        return Float.intBitsToFloat(sign | bias << 23 | fraction << 13);
    }
}
