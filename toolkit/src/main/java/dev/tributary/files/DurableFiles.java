package dev.tributary.files;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Files that appear whole or not at all and outlive a power failure.
 *
 * <p>An interrupt of the thread that works here fails that work, as it does that of all file
 * channels.
 */
public final class DurableFiles {
    private static final boolean DIRECTORIES_CAN_BE_OPENED =
            !System.getProperty("os.name").startsWith("Windows");

    private DurableFiles() {}

    /** Writes a file's bytes, all of them before it returns. */
    @FunctionalInterface
    public interface Content {
        /**
         * Writes all of it.
         *
         * @param out empty; stays the caller's
         */
        void writeTo(FileChannel out) throws IOException;
    }

    /**
     * Writes beside the file, forces to disk, and only then gives it its name, in place of the file
     * that may have had it. All of that is on disk when this returns.
     *
     * @param path its directory exists
     * @throws IOException if it may not be; then the file is the one before, or the new one
     */
    public static void write(Path path, Content content) throws IOException {
        Path unfinished = path.resolveSibling(path.getFileName() + ".tmp");
        try (FileChannel out = FileChannel.open(unfinished, CREATE, WRITE, TRUNCATE_EXISTING)) {
            content.writeTo(out);
            out.force(true);
        } catch (IOException | RuntimeException e) {
            // On a full disk this is the room that somebody else needs.
            Files.deleteIfExists(unfinished);
            throw e;
        }
        rename(unfinished, path);
    }

    /**
     * Gives a file another name in the same directory, in place of the file that may have had it;
     * the name is on disk when this returns.
     *
     * @param unfinished forced to disk by whoever has written it
     */
    public static void rename(Path unfinished, Path path) throws IOException {
        Files.move(unfinished, path, ATOMIC_MOVE, REPLACE_EXISTING);
        Path directory = path.toAbsolutePath().getParent();
        if (directory != null) {
            forceDirectory(directory);
        }
    }

    /** Forces the bytes of a file to disk that somebody else has written. */
    public static void force(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, WRITE)) {
            channel.force(true);
        }
    }

    /**
     * Forces names to disk: what was created in the directory or moved there. Where directories
     * cannot be forced, as on Windows, the file system sees to it.
     */
    public static void forceDirectory(Path directory) throws IOException {
        if (DIRECTORIES_CAN_BE_OPENED) {
            try (FileChannel channel = FileChannel.open(directory, READ)) {
                channel.force(true);
            }
        }
    }

    /** Whether a failure tells of a full disk; there is no type for it. */
    public static boolean saysDiskFull(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            String message = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
            if (message.contains("no space left")
                    || message.contains("not enough space")
                    || message.contains("disk quota exceeded")) {
                return true;
            }
        }
        return false;
    }
}
