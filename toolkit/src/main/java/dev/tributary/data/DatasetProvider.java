package dev.tributary.data;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.Map;

/**
 * Opens one kind of data set; found by name through {@link java.util.ServiceLoader}.
 *
 * <p>To add a data set, implement this, list the class in {@code
 * META-INF/services/dev.tributary.data.DatasetProvider}, and put the jar on the class path.
 */
public interface DatasetProvider {

    /** The name by which run files and commands ask for it: lower-case-with-dashes. */
    String name();

    /** One line for the listing: what it is, shapes, classes. */
    String description();

    /** The options that {@link #open} takes, each with a line that says what it means. */
    Map<String, String> options();

    /**
     * Opens the data set.
     *
     * @param directory where its files are; null if none was given
     * @param options settings among {@link #options()}, as written by the user
     * @param seed the run's seed, for data that is generated
     * @throws DataException if files are missing or malformed, or an option is unknown or wrong
     */
    DatasetSource open(@Nullable Path directory, Map<String, String> options, long seed);
}
