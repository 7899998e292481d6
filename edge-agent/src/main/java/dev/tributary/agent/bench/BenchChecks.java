package dev.tributary.agent.bench;

import dev.tributary.cli.CommandException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** What all measurements do before and after. */
final class BenchChecks {
    private BenchChecks() {}

    /** Requires an option's value not to be below a minimum. */
    static void atLeast(String option, int minimum, int value) {
        if (value < minimum) {
            throw new CommandException(
                    "%s: expected at least %d, found %d".formatted(option, minimum, value));
        }
    }

    /** Deletes a directory and all that is in it. */
    static void deleteTree(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }

    /** Deletes the files of a directory, but for one and those whose names begin with its name. */
    static void deleteFilesBut(Path directory, Path kept) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.filter(path -> !named(path, kept)).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }

    private static boolean named(Path path, Path kept) {
        return path.getFileName().toString().startsWith(kept.getFileName().toString());
    }
}
