package dev.tributary.server.database;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import dev.tributary.files.DurableFiles;
import dev.tributary.files.PrivateFiles;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;

/**
 * The file of an H2 database, which has either all tables of a version or none.
 *
 * <p>H2 knows no transaction over several tables, and a server that is killed between two would
 * leave a database that no server takes. So tables are made or changed in a file beside it, which
 * takes the name when it is whole and on disk.
 */
final class DatabaseFile {
    private static final String SUFFIX = ".mv.db";

    /** Takes no part in names that H2 makes up itself. */
    private static final String BESIDE = "-unfinished";

    private final DatabaseAddress beside;
    private final Path file;
    private final Path unfinished;
    private final Path lock;

    DatabaseFile(DatabaseAddress address) {
        String path = address.filePath();
        String home = System.getProperty("user.home");
        String stem = path.startsWith("~/") ? home + path.substring(1) : path;
        this.beside = address.withFilePath(path + BESIDE);
        this.file = Path.of(stem + SUFFIX);
        this.unfinished = Path.of(stem + BESIDE + SUFFIX);
        this.lock = Path.of(stem + BESIDE + ".lock");
    }

    /** Whether there is a database, of whatever version. */
    boolean exists() {
        return Files.exists(file);
    }

    /** Makes the tables of a database, all of them before it returns. */
    @FunctionalInterface
    interface Work {
        /** Leaves the database closed. */
        void on(DatabaseAddress address);
    }

    /** Whether a database needs work. */
    @FunctionalInterface
    interface Question {
        /** Leaves the database closed. */
        boolean asks(DatabaseAddress address) throws SQLException;
    }

    /**
     * Replaces the database by one on which work was done; nobody may have it open.
     *
     * <p>One process at a time; the operating system frees the lock of one that was killed.
     *
     * @param needed asked once nobody else can be at it
     * @param address as the database's own
     */
    void replace(DatabaseAddress address, Question needed, Work work)
            throws IOException, SQLException {
        synchronized (DatabaseFile.class) {
            PrivateFiles.createDirectories(directory());
            try (FileChannel channel = FileChannel.open(lock, CREATE, WRITE);
                    FileLock held = channel.lock()) {
                if (!exists() || needed.asks(address)) {
                    replace(work);
                }
            } finally {
                Files.deleteIfExists(unfinished);
            }
            // Who waits for this very lock finds the work done.
            Files.deleteIfExists(lock);
        }
    }

    private void replace(Work work) throws IOException {
        Files.deleteIfExists(unfinished);
        if (exists()) {
            Files.copy(file, unfinished);
        }
        work.on(beside);
        DurableFiles.force(unfinished);
        DurableFiles.rename(unfinished, file);
    }

    private Path directory() {
        Path parent = file.toAbsolutePath().getParent();
        if (parent == null) {
            throw new IllegalArgumentException("database: expected a file, found " + file);
        }
        return parent;
    }
}
