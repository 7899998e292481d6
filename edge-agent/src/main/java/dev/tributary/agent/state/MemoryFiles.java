package dev.tributary.agent.state;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;

import dev.tributary.agent.state.StateFile.Head;
import dev.tributary.parameters.HostTransfer.ChunkSink;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/**
 * The files of what an objective remembers in one run: one for each of the last rounds that the
 * client took part in, and the ending says whether the round's update was refused. One thread.
 */
final class MemoryFiles {
    private static final Logger LOG = LoggerFactory.getLogger(MemoryFiles.class);

    /** How the names of memory files begin. */
    static final String PREFIX = "memory-";

    private static final Pattern NAME = Pattern.compile(PREFIX + "(\\d{8})(\\.refused)?");
    private static final int CHUNK_BYTES = 1 << 18;

    private final Path directory;

    MemoryFiles(Path directory) {
        this.directory = directory;
    }

    /** Replaces the file of a round; it is on disk when this returns. */
    void write(String runId, int round, List<ByteBuffer> memory) throws IOException {
        Path fresh = directory.resolve("memory.new");
        Files.deleteIfExists(fresh);
        long bytes = memory.stream().mapToLong(ByteBuffer::remaining).sum();
        try (RandomAccessFile file = new RandomAccessFile(fresh.toFile(), "rw")) {
            StateFile.writeHead(file, new MemoryRecord(runId, round, bytes, checksum(memory)));
            for (ByteBuffer chunk : memory) {
                StateFile.append(file, chunk);
            }
            file.getFD().sync();
        }
        NavigableMap<Integer, Path> before = all();
        Files.deleteIfExists(path(round, true));
        Files.move(fresh, path(round, false), ATOMIC_MOVE, REPLACE_EXISTING);
        StateFile.syncDirectory(directory);
        for (int old : MemoryRounds.superseded(before, round, MemoryFiles::counts)) {
            Files.deleteIfExists(path(old, false));
            Files.deleteIfExists(path(old, true));
        }
    }

    /** Gives the newest before a round that counts, and is what was written. */
    boolean read(int before, long bytes, ChunkSink sink) {
        for (Path path : all().headMap(before, false).descendingMap().values()) {
            if (counts(path)) {
                try {
                    return read(path, bytes, sink);
                } catch (IOException e) {
                    LOG.warn("{} is damaged, so that the client begins anew: {}", path, e + "");
                    return false;
                }
            }
        }
        return false;
    }

    /** Marks a round's file, if there is one. */
    void settle(int round, boolean counts) {
        try {
            Path present = path(round, counts);
            if (Files.exists(present)) {
                Files.move(present, path(round, !counts), ATOMIC_MOVE, REPLACE_EXISTING);
                StateFile.syncDirectory(directory);
            }
        } catch (IOException e) {
            LOG.warn("what is remembered of round {} was not marked: {}", round, e.toString());
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

    private NavigableMap<Integer, Path> all() {
        NavigableMap<Integer, Path> files = new TreeMap<>();
        try (Stream<Path> entries = Files.list(directory)) {
            for (Path entry : entries.toList()) {
                Matcher name = NAME.matcher(String.valueOf(entry.getFileName()));
                if (name.matches()) {
                    files.put(Integer.parseInt(name.group(1)), entry);
                }
            }
        } catch (IOException e) {
            LOG.warn("the state in {} cannot be read: {}", directory, e.toString());
        }
        return files;
    }

    private static boolean counts(Path path) {
        return !String.valueOf(path.getFileName()).endsWith(".refused");
    }

    private Path path(int round, boolean refused) {
        return directory.resolve("%s%08d%s".formatted(PREFIX, round, refused ? ".refused" : ""));
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
