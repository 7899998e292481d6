package dev.tributary.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** The options that say how a data set is read; a mixin. */
public final class DataSettings {
    @Option(
            names = "--data-dir",
            paramLabel = "<dir>",
            description = "Where the data set's files are.")
    private @Nullable Path directory;

    @Option(
            names = "--data-option",
            paramLabel = "<key=value>",
            description = "A setting of the data set; may be repeated.")
    private Map<String, String> options = new TreeMap<>();

    /** For picocli. */
    public DataSettings() {}

    /** Where its files are; null if nobody said. */
    public @Nullable Path directory() {
        return directory;
    }

    /** Its own settings. */
    public Map<String, String> options() {
        return Map.copyOf(options);
    }
}
