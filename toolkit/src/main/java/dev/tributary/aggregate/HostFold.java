package dev.tributary.aggregate;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

import dev.tributary.parameters.FlatParameters;
import dev.tributary.parameters.HostTransfer;
import dev.tributary.parameters.HostVector;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * On the CPU: one pass over the same memory where the engine needs several.
 *
 * <p>Where there are many values, as many threads as there are cores share them. Each sum has one
 * of them, so that changes no bit.
 */
final class HostFold implements Fold {
    /** Values a pass; they and their sums stay in the first two levels of cache. */
    private static final int CHUNK = 1 << 14;

    /**
     * Values of one thread at a time: fewer are read and added in the time that it takes to wake
     * another.
     */
    private static final int SPAN = 1 << 17;

    /** The same for scaling, of which a step of the model asks for a million values at a time. */
    private static final int SCALED = 1 << 18;

    /** A buffer of the engine's memory is at most 2 GiB; this many sums are half of it. */
    private static final int SEGMENT = 1 << 27;

    private static final ThreadLocal<Lane> LANE = ThreadLocal.withInitial(Lane::create);

    private final List<LongBuffer> segments = new ArrayList<>();

    /** What a thread works with. */
    private record Lane(ByteBuffer bytes, float[] values) {
        static Lane create() {
            ByteBuffer bytes = ByteBuffer.allocateDirect(CHUNK * Float.BYTES);
            return new Lane(bytes.order(ByteOrder.LITTLE_ENDIAN), new float[CHUNK]);
        }
    }

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

    @Override
    public void add(HostVector update, double scale) throws IOException {
        try {
            IntStream.range(0, (int) spans(update.size(), SPAN))
                    .parallel()
                    .forEach(span -> addSpan(update, (long) span * SPAN, scale));
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    @Override
    public void add(NDArray update, double scale) {
        float[] values = LANE.get().values;
        for (long from = 0; from < update.size(); from += CHUNK) {
            long to = Math.min(from + CHUNK, update.size());
            try (NDArray part = FlatParameters.slice(update, from, to)) {
                int count = (int) (to - from);
                HostTransfer.hostBytes(part).asFloatBuffer().get(values, 0, count);
                add(sums(from, count), values, scale);
            }
        }
    }

    @Override
    public void scale(long from, double factor, NDArray target) {
        FloatBuffer floats = HostTransfer.hostBytes(target).asFloatBuffer();
        int count = floats.remaining();
        IntStream.range(0, (int) spans(count, SCALED))
                .parallel()
                .forEach(
                        span -> {
                            int first = span * SCALED;
                            int end = Math.min(first + SCALED, count);
                            scaleSpan(from, first, end, factor, floats);
                        });
    }

    @Override
    public void clear() {
        for (LongBuffer segment : segments) {
            IntStream.range(0, (int) spans(segment.capacity(), SPAN))
                    .parallel()
                    .forEach(
                            span -> {
                                int first = span * SPAN;
                                int end = Math.min(first + SPAN, segment.capacity());
                                for (int i = first; i < end; i++) {
                                    segment.put(i, 0);
                                }
                            });
        }
    }

    /** The views belong to the scope. */
    @Override
    public void close() {}

    private static long spans(long values, int span) {
        return (values + span - 1) / span;
    }

    private void scaleSpan(long origin, int first, int end, double factor, FloatBuffer target) {
        float[] values = LANE.get().values;
        int at = first;
        while (at < end) {
            int inSegment = (int) ((origin + at) % SEGMENT);
            int count = Math.min(Math.min(CHUNK, end - at), SEGMENT - inSegment);
            LongBuffer sums = sums(origin + at, count);
            for (int i = 0; i < count; i++) {
                values[i] = (float) (sums.get(i) * factor);
            }
            target.put(at, values, 0, count);
            at += count;
        }
    }

    private void addSpan(HostVector update, long first, double scale) {
        Lane lane = LANE.get();
        long end = Math.min(first + SPAN, update.size());
        for (long from = first; from < end; from += CHUNK) {
            int count = (int) Math.min(CHUNK, end - from);
            try {
                update.read(from, lane.bytes.clear().limit(count * Float.BYTES));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            lane.bytes.flip().asFloatBuffer().get(lane.values, 0, count);
            add(sums(from, count), lane.values, scale);
        }
    }

    /** Sums of one segment, in place: to copy them out and back takes longer than to add. */
    private LongBuffer sums(long from, int count) {
        return segments.get((int) (from / SEGMENT)).slice((int) (from % SEGMENT), count);
    }

    private static void add(LongBuffer sums, float[] values, double scale) {
        int count = sums.limit();
        for (int i = 0; i < count; i++) {
            sums.put(i, sums.get(i) + (long) (values[i] * scale));
        }
    }
}
