package dev.tributary.server.http;

import static java.nio.file.StandardOpenOption.READ;

import dev.tributary.server.store.ModelVersion;

import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.io.RetainableByteBuffer;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/**
 * The file of the small model that was read last, in memory: all clients of a round fetch the same
 * one. Thread-safe.
 *
 * <p>Holds one pooled buffer, whatever the number of versions and runs; one that is replaced goes
 * back to the pool with the last answer that is sent from it.
 */
final class HeldModel {
    /** Larger files are sent piece by piece. */
    static final int MAX_BYTES = HttpFront.MAX_POOLED_BYTES;

    private @Nullable Held held;

    private record Held(ModelVersion version, RetainableByteBuffer content) {}

    /**
     * A version's file.
     *
     * @param version of at most {@link #MAX_BYTES}
     * @return its content, read only, which the caller releases
     */
    RetainableByteBuffer content(ModelVersion version, ByteBufferPool pool) throws IOException {
        RetainableByteBuffer found = find(version);
        if (found != null) {
            return found;
        }
        // Those that ask at the same time read it too, rather than wait for each other.
        RetainableByteBuffer content = pool.acquire((int) version.bytes(), true);
        try {
            read(version, content.getByteBuffer().clear());
        } catch (IOException | RuntimeException e) {
            content.release();
            throw e;
        }
        hold(new Held(version, content));
        return content;
    }

    private synchronized @Nullable RetainableByteBuffer find(ModelVersion version) {
        if (held == null || !held.version.equals(version)) {
            return null;
        }
        held.content.retain();
        return held.content;
    }

    private synchronized void hold(Held next) {
        next.content.retain();
        if (held != null) {
            held.content.release();
        }
        held = next;
    }

    private static void read(ModelVersion version, ByteBuffer content) throws IOException {
        content.limit((int) version.bytes());
        try (FileChannel file = FileChannel.open(version.path(), READ)) {
            while (content.hasRemaining()) {
                if (file.read(content) < 0) {
                    throw new IOException(
                            "model version %d: expected a file of %d bytes, found %d"
                                    .formatted(
                                            version.version(),
                                            version.bytes(),
                                            content.position()));
                }
            }
        }
        content.flip();
    }
}
