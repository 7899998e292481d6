package dev.tributary.server.aggregation;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Where updates wait on disk until they are folded.
 *
 * <p>Files are used again: writing over one costs a fraction of making and deleting one. A number
 * of idle ones is kept, as many as do not waste the disk. Thread-safe; its files are not.
 */
public final class Spool implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Spool.class);
    private static final int MAX_IDLE = 64;
    private static final long MAX_IDLE_BYTES = 256L << 20;

    private record Slot(Path path, FileChannel channel) {}

    private final Path directory;
    private final ConcurrentLinkedDeque<Slot> idle = new ConcurrentLinkedDeque<>();
    private final Semaphore roomForIdle;
    private final AtomicLong made = new AtomicLong();

    /**
     * @param directory exists and is ours
     * @param usualBytes the length of most bodies, at least 0
     */
    public Spool(Path directory, long usualBytes) {
        this.directory = directory;
        long kept = MAX_IDLE_BYTES / Math.max(1, usualBytes);
        this.roomForIdle = new Semaphore((int) Math.min(MAX_IDLE, kept));
    }

    /** A file for one body. */
    public SpoolFile open() throws IOException {
        Slot slot = idle.pollFirst();
        if (slot != null) {
            roomForIdle.release();
            slot.channel.position(0);
            return new SpoolFile(this, slot);
        }
        Path path = directory.resolve(made.incrementAndGet() + ".update");
        return new SpoolFile(this, new Slot(path, FileChannel.open(path, CREATE_NEW, READ, WRITE)));
    }

    /** Deletes the idle files; those in use are deleted by whoever deletes the directory. */
    @Override
    public void close() {
        roomForIdle.drainPermits();
        for (Slot slot = idle.pollFirst(); slot != null; slot = idle.pollFirst()) {
            delete(slot);
        }
    }

    private void takeBack(Slot slot) {
        if (roomForIdle.tryAcquire()) {
            idle.addFirst(slot);
        } else {
            delete(slot);
        }
    }

    private static void delete(Slot slot) {
        try {
            slot.channel.close();
            Files.deleteIfExists(slot.path);
        } catch (IOException e) {
            // Wastes disk space until the run ends, and nothing else.
            LOG.warn("spool file {} was not deleted: {}", slot.path, e.toString());
        }
    }

    /** One body on disk; one thread at a time. */
    public static final class SpoolFile {
        private final Spool spool;
        private final Slot slot;
        private final AtomicBoolean discarded = new AtomicBoolean();

        private SpoolFile(Spool spool, Slot slot) {
            this.spool = spool;
            this.slot = slot;
        }

        /** Appends from position to limit, which it has reached when this returns. */
        void write(ByteBuffer chunk) throws IOException {
            while (chunk.hasRemaining()) {
                slot.channel.write(chunk);
            }
        }

        /**
         * The body is whole and checked; a receipt may be given once this returns. A server whose
         * receipts outlive it forces the file to disk here.
         */
        void seal() {}

        /** For reading at any position; beyond the body there may be remains of an older one. */
        FileChannel channel() {
            return slot.channel;
        }

        /** Gives the file back; harmless to repeat. */
        public void discard() {
            if (discarded.compareAndSet(false, true)) {
                spool.takeBack(slot);
            }
        }
    }
}
