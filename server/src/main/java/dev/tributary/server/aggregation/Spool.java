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
import java.util.concurrent.atomic.AtomicLong;

/** Where updates wait on disk until they are folded. Thread-safe; its files are not. */
public final class Spool {
    private static final Logger LOG = LoggerFactory.getLogger(Spool.class);

    private final Path directory;
    private final AtomicLong opened = new AtomicLong();

    /** Files in a directory that exists and is ours. */
    public Spool(Path directory) {
        this.directory = directory;
    }

    /** A new, empty file for one body. */
    public SpoolFile open(int round, String clientId) throws IOException {
        String name = "r%d-%s-%d.update".formatted(round, clientId, opened.incrementAndGet());
        Path path = directory.resolve(name);
        return new SpoolFile(path, FileChannel.open(path, CREATE_NEW, READ, WRITE));
    }

    /** One body on disk; one thread at a time. */
    public static final class SpoolFile {
        private final Path path;
        private final FileChannel channel;

        private SpoolFile(Path path, FileChannel channel) {
            this.path = path;
            this.channel = channel;
        }

        /** Appends from position to limit, which it has reached when this returns. */
        void write(ByteBuffer chunk) throws IOException {
            while (chunk.hasRemaining()) {
                channel.write(chunk);
            }
        }

        /**
         * The body is whole and checked; a receipt may be given once this returns. A server whose
         * receipts outlive it forces the file to disk here.
         */
        void seal() {}

        /** For reading at any position. */
        FileChannel channel() {
            return channel;
        }

        /** Deletes the file; harmless to repeat. */
        public void discard() {
            try {
                channel.close();
                Files.deleteIfExists(path);
            } catch (IOException e) {
                // Wastes disk space until the run ends, and nothing else.
                LOG.warn("spool file {} was not deleted: {}", path, e.toString());
            }
        }
    }
}
