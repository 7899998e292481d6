package dev.tributary.agent.state;

import dev.tributary.parameters.HostTransfer.ChunkSink;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The body of one model, as far as it has come. One thread at a time.
 *
 * <p>A file that cannot be written ends the keeping, not the download: the model is then fetched
 * again the next time.
 */
public final class HeldModel implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HeldModel.class);
    private static final int CHUNK_BYTES = 1 << 18;

    private final Path path;
    private final ModelRecord record;
    private final long bodyStart;
    private @Nullable RandomAccessFile file;
    private long held;

    private HeldModel(Path path, ModelRecord record, RandomAccessFile file) throws IOException {
        this.path = path;
        this.record = record;
        this.file = file;
        this.bodyStart = file.getFilePointer();
        this.held = file.length() - bodyStart;
    }

    /** Begins a new file. */
    static HeldModel create(Path path, ModelRecord record) throws IOException {
        Files.deleteIfExists(path);
        RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw");
        try {
            StateFile.writeHead(file, record);
            return new HeldModel(path, record, file);
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }

    /**
     * Opens a file.
     *
     * @throws CorruptStateException if its beginning is not what was written
     */
    static HeldModel open(Path path) throws IOException {
        RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw");
        try {
            ModelRecord record = StateFile.readHead(file, ModelRecord.class).record();
            HeldModel held = new HeldModel(path, record, file);
            if (held.held > record.bytes()) {
                throw new CorruptStateException(
                        "a model of at most " + record.bytes() + " bytes", "" + held.held);
            }
            return held;
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }

    /** What it is. */
    public ModelRecord record() {
        return record;
    }

    /** Reads what is here, from the body's first byte; unchecked, since the receiver checks all. */
    public void replay(ChunkSink sink) throws IOException {
        RandomAccessFile source = file;
        byte[] chunk = new byte[CHUNK_BYTES];
        long missing = source == null ? 0 : held;
        if (source != null) {
            source.seek(bodyStart);
        }
        while (source != null && missing > 0) {
            int count = (int) Math.min(chunk.length, missing);
            source.readFully(chunk, 0, count);
            sink.accept(ByteBuffer.wrap(chunk, 0, count));
            missing -= count;
        }
    }

    /** Appends what has come; the chunk is left as it was. */
    public void append(ByteBuffer chunk) {
        RandomAccessFile target = file;
        if (target == null) {
            return;
        }
        try {
            target.seek(bodyStart + held);
            StateFile.append(target, chunk);
            held += chunk.remaining();
        } catch (IOException e) {
            LOG.warn("model version {} is not kept: {}", record.version(), e.toString());
            drop();
        }
    }

    /** It is not what it should be, or cannot be kept. */
    public void drop() {
        close();
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            LOG.warn("{} was not deleted: {}", path, e.toString());
        }
    }

    @Override
    public void close() {
        RandomAccessFile closing = file;
        file = null;
        held = 0;
        try {
            if (closing != null) {
                closing.close();
            }
        } catch (IOException e) {
            LOG.warn("{} was not closed: {}", path, e.toString());
        }
    }
}
