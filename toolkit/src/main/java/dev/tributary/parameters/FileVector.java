package dev.tributary.parameters;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/**
 * A range of a file, which somebody else keeps open and closes.
 *
 * @param position the byte at which the vector begins
 * @param size float32 elements
 */
record FileVector(FileChannel channel, long position, long size) implements HostVector {
    @Override
    public void read(long offset, ByteBuffer destination) throws IOException {
        fill(channel, position + offset * Float.BYTES, destination);
    }

    /** Fills a buffer from there on. */
    static void fill(FileChannel channel, long from, ByteBuffer destination) throws IOException {
        long at = from;
        while (destination.hasRemaining()) {
            int count = channel.read(destination, at);
            if (count < 0) {
                throw new IOException(
                        "expected %d more bytes at byte %d, found the end of the file"
                                .formatted(destination.remaining(), at));
            }
            at += count;
        }
    }
}
