package dev.tributary.aggregate;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

import dev.tributary.parameters.FlatParameters;
import dev.tributary.parameters.HostTransfer;
import dev.tributary.parameters.HostVector;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.List;

/** On the CPU: adds and scales in one pass, where the engine needs several. */
final class HostFold implements Fold {
    /** Values a pass; they and their sums stay in the first two levels of cache. */
    static final int CHUNK = 1 << 14;

    /** A buffer of the engine's memory is at most 2 GiB; this many sums are half of it. */
    private static final int SEGMENT = 1 << 27;

    private final long size;
    private final List<LongBuffer> segments = new ArrayList<>();
    private final ByteBuffer staging =
            ByteBuffer.allocateDirect(CHUNK * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private final float[] values = new float[CHUNK];

    /**
     * @param sum int64 on the CPU; must outlive this
     * @param scope owns the views of it
     */
    HostFold(NDArray sum, NDManager scope) {
        size = sum.size();
        for (long from = 0; from < size; from += SEGMENT) {
            NDArray view = FlatParameters.slice(sum, from, Math.min(from + SEGMENT, size));
            view.attach(scope);
            segments.add(HostTransfer.hostBytes(view).asLongBuffer());
        }
    }

    @Override
    public void add(HostVector update, double scale) throws IOException {
        for (long from = 0; from < size; from += CHUNK) {
            int count = (int) Math.min(CHUNK, size - from);
            update.read(from, staging.clear().limit(count * Float.BYTES));
            add(from, staging.flip(), scale);
        }
    }

    @Override
    public void add(NDArray update, double scale) {
        for (long from = 0; from < size; from += CHUNK) {
            long to = Math.min(from + CHUNK, size);
            try (NDArray part = FlatParameters.slice(update, from, to)) {
                add(from, HostTransfer.hostBytes(part), scale);
            }
        }
    }

    @Override
    public void scale(long from, double factor, NDArray target) {
        FloatBuffer floats = HostTransfer.hostBytes(target).asFloatBuffer();
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

    /** The views belong to the scope. */
    @Override
    public void close() {}

    private void add(long from, ByteBuffer source, double scale) {
        int count = source.remaining() / Float.BYTES;
        source.asFloatBuffer().get(values, 0, count);
        // In place: to copy the sums out and back takes longer than to add.
        LongBuffer sums = segments.get((int) (from / SEGMENT)).slice((int) (from % SEGMENT), count);
        for (int i = 0; i < count; i++) {
            sums.put(i, sums.get(i) + (long) (values[i] * scale));
        }
    }
}
