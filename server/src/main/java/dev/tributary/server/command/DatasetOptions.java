package dev.tributary.server.command;

import dev.tributary.data.DatasetCatalog;
import dev.tributary.data.DatasetSource;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** The options that say which data set a command is about. */
final class DatasetOptions {
    @Option(
            names = "--dataset",
            required = true,
            paramLabel = "<name>",
            description = "The data set, by its name in the catalog.")
    private String name = "";

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

    @Option(
            names = "--seed",
            defaultValue = "1",
            paramLabel = "<number>",
            description = "The seed of generated data (default: ${DEFAULT-VALUE}).")
    private long seed;

    /** Its name. */
    String name() {
        return name;
    }

    /** The data set. */
    DatasetSource open() {
        return DatasetCatalog.load().open(name, directory, options, seed);
    }
}
