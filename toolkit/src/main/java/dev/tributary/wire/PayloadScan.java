package dev.tributary.wire;

import java.nio.ByteBuffer;

/**
 * The largest magnitude in a stream of little-endian bytes, cut anywhere: first float16, then
 * float32.
 */
final class PayloadScan {
    private final FloatScan halves = new FloatScan(true);
    private final FloatScan floats = new FloatScan(false);
    private long halfBytes;

    /**
     * @param halfBytes of float16, at the beginning
     */
    PayloadScan(long halfBytes) {
        this.halfBytes = halfBytes;
    }

    /** Scans from position to limit and leaves the chunk as it was. */
    void accept(ByteBuffer chunk) {
        ByteBuffer bytes = chunk.duplicate();
        if (halfBytes > 0) {
            int count = (int) Math.min(halfBytes, bytes.remaining());
            halves.accept(bytes.slice(bytes.position(), count));
            bytes.position(bytes.position() + count);
            halfBytes -= count;
            if (halfBytes == 0) {
                halves.end();
            }
        }
        floats.accept(bytes);
    }

    /** Whether no value so far was infinite or NaN. */
    boolean finite() {
        return halves.finite() && floats.finite();
    }

    /** The largest magnitude so far, if all values were finite. */
    float magnitude() {
        return Math.max(halves.magnitude(), floats.magnitude());
    }
}
