package dev.tributary.strategy;

import dev.tributary.parameters.HostVector;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Copies of a round's updates in a temporary file, for an aggregator that reads them again when
 * their makers have reused the memory.
 *
 * <p>The file has no name where the system allows that, so nothing is left behind by a process that
 * is killed. Not a channel: a thread that is interrupted would close it. Thread-safe.
 */
final class UpdateFile implements AutoCloseable {
    private static final int CHUNK_BYTES = 1 << 18;

    private final Path path;
    private final RandomAccessFile file;
    private final byte[] chunk = new byte[CHUNK_BYTES];
    private long end;

    /** Opens an empty file. */
    UpdateFile() {
        try {
            path = Files.createTempFile("tributary-updates-", ".bin");
            file = new RandomAccessFile(path.toFile(), "rw");
        } catch (IOException e) {
            throw new UncheckedIOException("no temporary file for updates: " + e.getMessage(), e);
        }
        try {
            Files.delete(path);
        } catch (IOException e) {
            // Not while it is open: when it is closed.
            path.toFile().deleteOnExit();
        }
    }

    /** Copies a vector; the copy is valid until {@link #clear}. */
    synchronized HostVector copy(HostVector vector) throws IOException {
        long begin = end;
        file.seek(begin);
        for (long from = 0; from < vector.size(); from += CHUNK_BYTES / Float.BYTES) {
            int length = (int) Math.min(CHUNK_BYTES, (vector.size() - from) * Float.BYTES);
            vector.read(from, ByteBuffer.wrap(chunk, 0, length));
            file.write(chunk, 0, length);
        }
        end = begin + vector.size() * Float.BYTES;
        return new Copy(begin, vector.size());
    }

    /** Forgets all copies; the room is used again. */
    synchronized void clear() {
        end = 0;
    }

    @Override
    public synchronized void close() {
        try {
            file.close();
            Files.deleteIfExists(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private synchronized void read(long position, ByteBuffer destination) throws IOException {
        file.seek(position);
        while (destination.hasRemaining()) {
            int length = Math.min(CHUNK_BYTES, destination.remaining());
            file.readFully(chunk, 0, length);
            destination.put(chunk, 0, length);
        }
    }

    private final class Copy implements HostVector {
        private final long begin;
        private final long size;

        Copy(long begin, long size) {
            this.begin = begin;
            this.size = size;
        }

        @Override
        public long size() {
            return size;
        }

        @Override
        public void read(long offset, ByteBuffer destination) throws IOException {
            UpdateFile.this.read(begin + offset * Float.BYTES, destination);
        }
    }
}
