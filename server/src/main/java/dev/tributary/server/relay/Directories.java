package dev.tributary.server.relay;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Files and directories that hold nothing which is not elsewhere too. */
final class Directories {
    private static final Logger LOG = LoggerFactory.getLogger(Directories.class);

    private Directories() {}

    /** Deletes it with all that is in it; what cannot be deleted stays, and is told. */
    static void delete(Path directory) {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> found = Files.walk(directory)) {
            List<Path> inner = found.sorted(Comparator.reverseOrder()).toList();
            for (Path path : inner) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            LOG.warn("{} was not deleted: {}", directory, e.toString());
        }
    }
}
