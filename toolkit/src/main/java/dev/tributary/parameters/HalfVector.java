package dev.tributary.parameters;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;

/**
 * A float32 vector of which a file holds the first elements as {@link Float16}: read, they are
 * widened, which is exact. Thread-safe as any {@link HostVector}.
 */
public final class HalfVector implements HostVector {
    private final FileChannel channel;
    private final long position;
    private final long halves;
    private final HostVector rest;

    /**
     * @param channel an open file
     * @param position the byte at which the vector begins
     * @param halves elements that are float16
     * @param size elements, the float32 ones behind them included
     */
    HalfVector(FileChannel channel, long position, long halves, long size) {
        this.channel = channel;
        this.position = position;
        this.halves = halves;
        rest = HostVector.of(channel, position + halves * Float16.BYTES, size - halves);
    }

    @Override
    public long size() {
        return halves + rest.size();
    }

    /** Elements from the first on that are float16. */
    public long halves() {
        return halves;
    }

    /**
     * Fills a buffer with consecutive elements as the file holds them, little-endian float16.
     *
     * @param offset position of the first one
     * @param destination filled from its position to its limit, within {@link #halves()}
     * @throws IOException as {@link #read}
     */
    public void readHalves(long offset, ByteBuffer destination) throws IOException {
        FileVector.fill(channel, position + offset * Float16.BYTES, destination);
    }

    @Override
    public void read(long offset, ByteBuffer destination) throws IOException {
        int count = (int) Math.min(destination.remaining() / Float.BYTES, halves - offset);
        if (count > 0) {
            ByteBuffer widened =
                    destination.slice().limit(count * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            readHalves(offset, widened.slice().position(count * Float16.BYTES));
            Float16.widen(widened, count);
            destination.position(destination.position() + widened.limit());
        }
        if (destination.hasRemaining()) {
            rest.read(Math.max(offset, halves) - halves, destination);
        }
    }
}
