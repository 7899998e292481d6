package dev.tributary.agent.state;

import dev.tributary.files.PrivateFiles;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A client's directories, one for each run, numbered in the order in which they were made.
 *
 * <p>The numbers take the place of time stamps: runs that ended without a word are forgotten by
 * them, whatever the machine's clock says.
 */
final class RunDirectories {
    /** A run that does not end well leaves two models' worth of disk behind. */
    static final int KEPT = 4;

    /** Runs whose memory is kept: it cannot be made again, as models and updates can. */
    static final int REMEMBERED = 64;

    private static final Logger LOG = LoggerFactory.getLogger(RunDirectories.class);
    private static final Pattern RUN_ID = Pattern.compile("[A-Za-z0-9._-]{1,128}");
    private static final Pattern NAME = Pattern.compile("\\d{8}-.+");
    private static final int PREFIX = 9;

    private final Path home;

    RunDirectories(Path home) {
        this.home = home;
    }

    /**
     * The directory of a run, if there is one.
     *
     * @throws StateException if the server's name for the run is no name for a directory
     */
    Optional<Path> find(String runId) {
        checked(runId);
        return all().stream().filter(path -> run(path).equals(runId)).findFirst();
    }

    /**
     * The directory of a run, made if need be; the oldest others go, and what they remember last.
     */
    Path make(String runId) throws IOException {
        Optional<Path> present = find(runId);
        if (present.isPresent()) {
            return present.get();
        }
        List<Path> others = all();
        int last = others.isEmpty() ? 0 : number(others.get(others.size() - 1));
        for (int i = 0; i <= others.size() - KEPT; i++) {
            delete(others.get(i), i <= others.size() - REMEMBERED ? "" : MemoryFiles.PREFIX);
        }
        return PrivateFiles.createDirectories(home.resolve("%08d-%s".formatted(last + 1, runId)));
    }

    /** Deletes a run's directory, if there is one. */
    void delete(String runId) {
        find(runId).ifPresent(path -> delete(path, ""));
    }

    private List<Path> all() {
        try (Stream<Path> entries = Files.list(home)) {
            return entries.filter(path -> NAME.matcher(name(path)).matches()).sorted().toList();
        } catch (IOException e) {
            LOG.warn("the state in {} cannot be read: {}", home, e.toString());
            return List.of();
        }
    }

    /** But for the files whose names begin so, and the directory of one. */
    private static void delete(Path directory, String kept) {
        try (Stream<Path> entries = Files.list(directory)) {
            boolean empty = true;
            for (Path entry : entries.toList()) {
                if (!kept.isEmpty() && name(entry).startsWith(kept)) {
                    empty = false;
                } else {
                    Files.deleteIfExists(entry);
                }
            }
            if (empty) {
                Files.deleteIfExists(directory);
            }
        } catch (IOException e) {
            LOG.warn("{} was not deleted: {}", directory, e.toString());
        }
    }

    private static String checked(String runId) {
        if (!RUN_ID.matcher(runId).matches()) {
            throw new StateException(
                    "run id: expected 1 to 128 letters, digits, dots, dashes and underscores,"
                            + " found %d characters, some of them others"
                                    .formatted(runId.length()));
        }
        return runId;
    }

    private static String name(Path path) {
        return String.valueOf(path.getFileName());
    }

    private static String run(Path path) {
        return name(path).substring(PREFIX);
    }

    private static int number(Path path) {
        return Integer.parseInt(name(path).substring(0, PREFIX - 1));
    }
}
