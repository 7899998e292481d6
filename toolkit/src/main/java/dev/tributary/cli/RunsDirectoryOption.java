package dev.tributary.cli;

import picocli.CommandLine.Option;

import java.nio.file.Path;

/** The option that says where runs are; a mixin. */
public final class RunsDirectoryOption {
    @Option(
            names = "--runs-dir",
            defaultValue = "runs",
            paramLabel = "<dir>",
            description = "Holds a directory for each run (default: ${DEFAULT-VALUE}).")
    private Path directory = Path.of("runs");

    /** For picocli. */
    public RunsDirectoryOption() {}

    /** The directory, which need not be there. */
    public Path directory() {
        return directory;
    }
}
