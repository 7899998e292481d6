package dev.tributary.agent.state;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;

import dev.tributary.agent.state.StateFile.Head;
import dev.tributary.wire.TensorBody;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/** The file of the update that was trained last. One thread at a time. */
final class UpdateFile {
    private static final long MAPPED_AT_ONCE = 1 << 30;

    private final Path directory;
    private final Path path;

    UpdateFile(Path directory) {
        this.directory = directory;
        this.path = directory.resolve("update");
    }

    boolean exists() {
        return Files.exists(path);
    }

    /** Replaces the file; it is on disk when this returns. */
    void write(UpdateRecord record, TensorBody body) throws IOException {
        Path fresh = path.resolveSibling("update.new");
        Files.deleteIfExists(fresh);
        try (RandomAccessFile file = new RandomAccessFile(fresh.toFile(), "rw")) {
            StateFile.writeHead(file, record);
            for (ByteBuffer chunk : body.chunks()) {
                StateFile.append(file, chunk);
            }
            file.getFD().sync();
        }
        Files.move(fresh, path, ATOMIC_MOVE, REPLACE_EXISTING);
        StateFile.syncDirectory(directory);
    }

    /**
     * Reads record and body, and checks both.
     *
     * @throws CorruptStateException if it is not what was written
     */
    StoredUpdate read() throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "r")) {
            Head<UpdateRecord> head = StateFile.readHead(file, UpdateRecord.class);
            UpdateRecord record = head.record();
            long found = file.length() - head.bodyStart();
            if (found != record.bytes()) {
                throw new CorruptStateException(
                        "an update of " + record.bytes() + " bytes", String.valueOf(found));
            }
            List<ByteBuffer> chunks = map(file.getChannel(), head.bodyStart(), found);
            TensorBody body = new TensorBody(chunks, found, checksum(chunks));
            if (!body.checksum().equals(record.checksum())) {
                throw new CorruptStateException(
                        "an update with CRC-32C " + record.checksum(), body.checksum());
            }
            return new StoredUpdate(record, body);
        }
    }

    void delete() throws IOException {
        Files.deleteIfExists(path);
    }

    private static List<ByteBuffer> map(FileChannel channel, long start, long bytes)
            throws IOException {
        List<ByteBuffer> chunks = new ArrayList<>();
        for (long from = 0; from < bytes; from += MAPPED_AT_ONCE) {
            long count = Math.min(MAPPED_AT_ONCE, bytes - from);
            chunks.add(channel.map(MapMode.READ_ONLY, start + from, count));
        }
        return chunks;
    }

    private static String checksum(List<ByteBuffer> chunks) {
        CRC32C checksum = new CRC32C();
        chunks.forEach(chunk -> checksum.update(chunk.duplicate()));
        return "%08x".formatted(checksum.getValue());
    }
}
