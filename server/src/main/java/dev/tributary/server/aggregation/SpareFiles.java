package dev.tributary.server.aggregation;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Small files whose content nobody needs any more, to be written over.
 *
 * <p>To force bytes to disk into blocks that a file has already costs a fifth of the time of a new
 * file, for which the file system must find blocks and note them. Thread-safe.
 */
final class SpareFiles {
    /**
     * Longer ones spend their time on the bytes themselves, and disk space is not to be hoarded.
     */
    private static final long MAX_BYTES = 1 << 20;

    private static final int MAX_FILES = 128;

    private final Path directory;
    private final Queue<Path> spares = new ArrayBlockingQueue<>(MAX_FILES);

    SpareFiles(Path directory) {
        this.directory = directory;
    }

    /** Takes a file that must not be open any more; deletes it if it is of no use here either. */
    void give(Path path) throws IOException {
        try {
            if (Files.size(path) > MAX_BYTES) {
                Files.deleteIfExists(path);
                return;
            }
            long unique = ThreadLocalRandom.current().nextLong();
            Path spare = directory.resolve(HexFormat.of().toHexDigits(unique) + ".spare");
            Files.move(path, spare, ATOMIC_MOVE);
            if (!spares.offer(spare)) {
                Files.delete(spare);
            }
        } catch (NoSuchFileException e) {
            // Discarded meanwhile, which is as good.
        }
    }

    /**
     * A file that is the caller's from now on, whatever it is called.
     *
     * @param bytes how many are to be written to it; -1 if unknown
     * @return empty if there is none for so many bytes
     */
    Optional<Path> take(long bytes) {
        boolean fits = bytes >= 0 && bytes <= MAX_BYTES;
        return fits ? Optional.ofNullable(spares.poll()) : Optional.empty();
    }
}
