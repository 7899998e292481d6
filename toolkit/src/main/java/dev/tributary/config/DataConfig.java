package dev.tributary.config;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Which data set a run is about.
 *
 * <p>The server takes its held-out test set from it, unless the data set is {@link #NONE}; clients
 * with data of their own ignore it.
 *
 * @param dataset the data set's name in the catalog, or {@link #NONE}; required
 * @param directory where its files are, made absolute so that a resolved run file can be moved;
 *     empty for data that needs none. A relative path in a run file starts at that file
 * @param options the data set's own settings, checked by itself; default none; copied
 * @param partition how it is cut into clients' shares
 */
public record DataConfig(
        String dataset,
        Optional<Path> directory,
        Map<String, String> options,
        PartitionConfig partition) {

    /** The name that says that the server holds no data. */
    public static final String NONE = "none";

    static final Setting<String> DATASET = Setting.name("data.dataset");

    /**
     * Checks the names.
     *
     * @throws IllegalArgumentException if one is malformed
     */
    public DataConfig {
        DATASET.check(dataset);
        directory = directory.map(path -> path.toAbsolutePath().normalize());
        options = Setting.options("data.options", options);
        requireNonNull(partition, "partition is null");
    }

    /** A data set without files or options, cut uniformly. */
    public static DataConfig of(String dataset, int clients) {
        return new DataConfig(dataset, Optional.empty(), Map.of(), PartitionConfig.iid(clients));
    }

    /** Whether the server holds data, and so a test set. */
    public boolean isPresent() {
        return !dataset.equals(NONE);
    }

    /** The same with files in a directory. */
    public DataConfig withDirectory(Path newDirectory) {
        return new DataConfig(dataset, Optional.of(newDirectory), options, partition);
    }

    /** The same with other settings of the data set. */
    public DataConfig withOptions(Map<String, String> newOptions) {
        return new DataConfig(dataset, directory, newOptions, partition);
    }
}
