package dev.tributary.server.aggregation;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;

import dev.tributary.files.DurableFiles;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * One body on disk, in a {@link Spool}.
 *
 * <p>Writing, sealing and leaving exclude each other; all else belongs to one thread at a time.
 */
public final class SpoolFile {
    private static final Logger LOG = LoggerFactory.getLogger(SpoolFile.class);

    private final Spool spool;
    private final Spool.Key key;
    private final Spool.Content content;
    private Path path;
    private @Nullable FileChannel channel;
    private long held;
    private boolean sealed;
    private boolean replaced;

    SpoolFile(
            Spool spool,
            Spool.Key key,
            Path path,
            Spool.Content content,
            @Nullable FileChannel channel,
            long held) {
        this.spool = spool;
        this.key = key;
        this.path = path;
        this.content = content;
        this.channel = channel;
        this.held = held;
    }

    /**
     * Its bytes so far; less than the whole, so that there is a last byte to be sent by which an
     * upload ends.
     */
    synchronized long held() {
        return content.bytes() < 0 ? held : Math.min(held, content.bytes() - 1);
    }

    /** Its bytes so far, all of them; the file may be longer while it is written over. */
    synchronized long length() {
        return held;
    }

    /**
     * Another upload takes its place, or its round is over: whoever writes here fails. False if it
     * is whole.
     */
    synchronized boolean giveWay() {
        if (sealed) {
            return false;
        }
        leave();
        replaced = true;
        return true;
    }

    /** What the whole body is. */
    Spool.Content content() {
        return content;
    }

    /** Where it is now. */
    synchronized Path path() {
        return path;
    }

    /** Its name, which is used once: by that the database tells uploads apart. */
    public synchronized String name() {
        return path.getFileName().toString();
    }

    /**
     * Appends from position to limit, which it has reached when this returns.
     *
     * @throws UploadTakenOverException if another upload goes on in its place, or its round is over
     */
    synchronized void write(ByteBuffer chunk) throws IOException {
        FileChannel out = channel();
        while (chunk.hasRemaining()) {
            held += out.write(chunk);
        }
    }

    /** Appends bytes that are checked later, all together; as {@link #write}. */
    public void append(ByteBuffer chunk) throws IOException {
        write(chunk);
    }

    /** The body is whole and checked: it is on disk, under its final name, when this returns. */
    synchronized void seal() throws IOException {
        FileChannel whole = channel();
        if (whole.size() > held) {
            whole.truncate(held);
        }
        // The bytes and their number; the directory is forced below.
        whole.force(false);
        Path sealedPath = spool.directory().resolve(Spool.nameOf(key));
        spool.use(sealedPath.getFileName().toString());
        Files.move(path, sealedPath, ATOMIC_MOVE);
        path = sealedPath;
        sealed = true;
        spool.forget(key, this);
        DurableFiles.forceDirectory(spool.directory());
    }

    /** For reading at any position. */
    synchronized FileChannel channel() throws UploadTakenOverException {
        if (channel == null) {
            throw new UploadTakenOverException();
        }
        return channel;
    }

    /** Nobody writes or reads any more; the file stays. */
    public synchronized void leave() {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            LOG.warn("spool file {} was not closed: {}", path, e.toString());
        }
        channel = null;
        spool.release(name());
    }

    /** Whether it can be gone on with after {@link #leave}. */
    boolean resumable() {
        return content.bytes() >= 0;
    }

    /** Whether it counts is unknown: it stays until the round is over, whoever discards it. */
    public synchronized void abandon() {
        leave();
        replaced = true;
    }

    /** Deletes the file; harmless to repeat. What another upload goes on with stays. */
    public synchronized void discard() {
        leave();
        if (replaced) {
            return;
        }
        spool.forget(key, this);
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            // Wastes disk space until the round ends, and nothing else.
            LOG.warn("spool file {} was not deleted: {}", path, e.toString());
        }
    }
}
