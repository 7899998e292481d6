package dev.tributary.aggregate;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

import dev.tributary.parameters.FlatParameters;
import dev.tributary.parameters.HostTransfer;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Adds weighted values to a sum in host memory, and scales the sum, each in one pass where the
 * engine needs several.
 *
 * <p>The same arithmetic as on a GPU, bit for bit: widen, multiply, cut, add; and back, widen,
 * multiply, round.
 */
final class HostFold {
    /** Values a pass; they and their sums stay in the first two levels of cache. */
    static final int CHUNK = 1 << 14;

    /** A buffer of the engine's memory is at most 2 GiB; this many sums are half of it. */
    private static final int SEGMENT = 1 << 27;

    private final List<LongBuffer> segments = new ArrayList<>();
    private final float[] values = new float[CHUNK];

    /**
     * @param sum int64 on the CPU; must outlive this
     * @param scope owns the views of it
     */
    HostFold(NDArray sum, NDManager scope) {
        for (long from = 0; from < sum.size(); from += SEGMENT) {
            NDArray view = FlatParameters.slice(sum, from, Math.min(from + SEGMENT, sum.size()));
            view.attach(scope);
            segments.add(HostTransfer.hostBytes(view).asLongBuffer());
        }
    }

    /**
     * Adds {@code trunc(scale * value)} of each value.
     *
     * @param from the first sum's position, a multiple of {@link #CHUNK}
     * @param source little-endian float32, at most {@link #CHUNK} of them
     */
    void add(long from, ByteBuffer source, double scale) {
        int count = source.remaining() / Float.BYTES;
        source.asFloatBuffer().get(values, 0, count);
        // In place: to copy the sums out and back takes longer than to add.
        add(segments.get((int) (from / SEGMENT)).slice((int) (from % SEGMENT), count), scale);
    }

    /**
     * Writes {@code factor * sum} of consecutive sums, rounded once to float32.
     *
     * @param from the first sum's position
     * @param target little-endian float32; filled from its position to its limit
     */
    void scale(long from, double factor, ByteBuffer target) {
        FloatBuffer floats = target.asFloatBuffer();
        long at = from;
        while (floats.hasRemaining()) {
            int inSegment = (int) (at % SEGMENT);
            int count = Math.min(Math.min(CHUNK, floats.remaining()), SEGMENT - inSegment);
            LongBuffer sums = segments.get((int) (at / SEGMENT)).slice(inSegment, count);
            for (int i = 0; i < count; i++) {
                values[i] = (float) (sums.get(i) * factor);
            }
            floats.put(values, 0, count);
            at += count;
        }
    }

    private void add(LongBuffer sums, double scale) {
        int count = sums.limit();
        for (int i = 0; i < count; i++) {
            sums.put(i, sums.get(i) + (long) (values[i] * scale));
        }
    }
}
