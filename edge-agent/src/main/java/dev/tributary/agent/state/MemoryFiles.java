package dev.tributary.agent.state;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;

import dev.tributary.agent.state.StateFile.Head;
import dev.tributary.parameters.HostTransfer.ChunkSink;
import dev.tributary.protocol.RoundTask;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/**
 * The files of what an objective remembers in one run: of the round that a client went on from, and
 * of that which came of it. One thread.
 */
final class MemoryFiles {
    private static final Logger LOG = LoggerFactory.getLogger(MemoryFiles.class);

    /** How the names of memory files begin. */
    static final String PREFIX = "memory-";

    private static final int CHUNK_BYTES = 1 << 18;

    private final Path directory;

    MemoryFiles(Path directory) {
        this.directory = directory;
    }

    /** Replaces the file of a task's round; it is on disk when this returns. */
    void write(RoundTask task, List<ByteBuffer> memory) throws IOException {
        Path fresh = directory.resolve("memory.new");
        Files.deleteIfExists(fresh);
        long bytes = memory.stream().mapToLong(ByteBuffer::remaining).sum();
        try (RandomAccessFile file = new RandomAccessFile(fresh.toFile(), "rw")) {
            MemoryRecord record =
                    new MemoryRecord(task.runId(), task.round(), bytes, checksum(memory));
            StateFile.writeHead(file, record);
            for (ByteBuffer chunk : memory) {
                StateFile.append(file, chunk);
            }
            file.getFD().sync();
        }
        Files.move(fresh, path(task.round()), ATOMIC_MOVE, REPLACE_EXISTING);
        StateFile.syncDirectory(directory);
        deleteAllBut(Set.of(path(task.round()), path(task.countedRound())));
    }

    /** Gives that of a round, if it is there, and what was written. */
    boolean read(int round, long bytes, ChunkSink sink) {
        Path path = path(round);
        try {
            return Files.exists(path) && read(path, bytes, sink);
        } catch (IOException e) {
            LOG.warn("{} is damaged, so that the client begins anew: {}", path, e + "");
            return false;
        }
    }

    private static boolean read(Path path, long bytes, ChunkSink sink) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "r")) {
            Head<MemoryRecord> head = StateFile.readHead(file, MemoryRecord.class);
            MemoryRecord record = head.record();
            long found = file.length() - head.bodyStart();
            if (record.bytes() != bytes || found != bytes) {
                throw new CorruptStateException(
                        bytes + " bytes", "%d of %d".formatted(found, record.bytes()));
            }
            CRC32C checksum = new CRC32C();
            each(file, checksum::update);
            if (!hex(checksum).equals(record.checksum())) {
                throw new CorruptStateException("CRC-32C " + record.checksum(), hex(checksum));
            }
            file.seek(head.bodyStart());
            each(file, sink);
            return true;
        }
    }

    private static void each(RandomAccessFile file, ChunkSink sink) throws IOException {
        byte[] chunk = new byte[CHUNK_BYTES];
        for (int count = file.read(chunk); count >= 0; count = file.read(chunk)) {
            sink.accept(ByteBuffer.wrap(chunk, 0, count));
        }
    }

    private void deleteAllBut(Set<Path> needed) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            for (Path entry : entries.toList()) {
                boolean memory = String.valueOf(entry.getFileName()).startsWith(PREFIX);
                if (memory && !needed.contains(entry)) {
                    Files.deleteIfExists(entry);
                }
            }
        }
    }

    private Path path(int round) {
        return directory.resolve("%s%08d".formatted(PREFIX, round));
    }

    private static String checksum(List<ByteBuffer> memory) {
        CRC32C checksum = new CRC32C();
        memory.forEach(chunk -> checksum.update(chunk.duplicate()));
        return hex(checksum);
    }

    private static String hex(CRC32C checksum) {
        return "%08x".formatted(checksum.getValue());
    }
}
