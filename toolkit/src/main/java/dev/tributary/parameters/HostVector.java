package dev.tributary.parameters;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;

/**
 * A float32 vector outside the engine that can be read range by range, any number of times.
 *
 * <p>Nothing is held in memory on behalf of the reader: a vector of any size costs the reader only
 * its own buffer. Thread-safe if the readers use buffers of their own.
 */
public interface HostVector {

    /** The number of float32 elements. */
    long size();

    /**
     * Fills a buffer with consecutive elements, little-endian.
     *
     * @param offset position of the first element to read
     * @param destination filled from its position to its limit, which must be a multiple of four
     *     bytes and lie within the vector
     * @throws IOException if the storage behind it fails or is shorter than it was
     */
    void read(long offset, ByteBuffer destination) throws IOException;

    /**
     * A range of this vector, as a vector; valid as long as this one.
     *
     * @param first position of its first element
     * @param count its elements, with {@code first + count} at most {@link #size()}
     */
    default HostVector from(long first, long count) {
        if (first < 0 || count < 0 || first + count > size()) {
            throw new IllegalArgumentException(
                    "expected a range within [0, %d), found [%d, %d)"
                            .formatted(size(), first, first + count));
        }
        HostVector whole = this;
        return new HostVector() {
            @Override
            public long size() {
                return count;
            }

            @Override
            public void read(long offset, ByteBuffer destination) throws IOException {
                whole.read(first + offset, destination);
            }
        };
    }

    /** A vector over an array, which must not change while it is read. */
    static HostVector of(float[] values) {
        return new HostVector() {
            @Override
            public long size() {
                return values.length;
            }

            @Override
            public void read(long offset, ByteBuffer destination) {
                int count = destination.remaining() / Float.BYTES;
                ByteBuffer target = destination.slice().order(ByteOrder.LITTLE_ENDIAN);
                target.asFloatBuffer().put(values, Math.toIntExact(offset), count);
                destination.position(destination.limit());
            }
        };
    }

    /**
     * A vector over host memory, which must not change while it is read.
     *
     * @param bytes its elements, little-endian, from the first byte to the limit
     */
    static HostVector of(ByteBuffer bytes) {
        return new HostVector() {
            @Override
            public long size() {
                return bytes.limit() / Float.BYTES;
            }

            @Override
            public void read(long offset, ByteBuffer destination) {
                int first = Math.toIntExact(offset * Float.BYTES);
                destination.put(bytes.slice(first, destination.remaining()));
            }
        };
    }

    /**
     * A vector over a range of a file, which the caller keeps open and closes.
     *
     * @param channel an open file
     * @param position the byte at which the vector begins
     * @param size float32 elements
     */
    static HostVector of(FileChannel channel, long position, long size) {
        return new FileVector(channel, position, size);
    }
}
