package dev.tributary.data;

import dev.tributary.plugin.Plugins;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * The data sets that can be asked for by name.
 *
 * <p>Immutable and thread-safe if its providers are.
 */
public final class DatasetCatalog {
    private final Map<String, DatasetProvider> providers =
            Plugins.named(DatasetProvider.class, "data set", DatasetProvider::name);

    private DatasetCatalog() {}

    /**
     * Every provider on the class path, ours and those of other jars.
     *
     * @throws dev.tributary.plugin.PluginException if two have the same name
     */
    public static DatasetCatalog load() {
        return new DatasetCatalog();
    }

    /** All providers, by name. */
    public List<DatasetProvider> providers() {
        return List.copyOf(providers.values());
    }

    /**
     * The provider of that name.
     *
     * @throws DataException if there is none; the message lists the known names
     */
    public DatasetProvider provider(String name) {
        DatasetProvider provider = providers.get(name);
        if (provider == null) {
            throw new DataException(
                    "expected a data set among %s, found \"%s\""
                            .formatted(providers.keySet(), name));
        }
        return provider;
    }

    /**
     * Opens the data set of that name.
     *
     * @see DatasetProvider#open
     * @throws DataException if there is no such data set, or it cannot be opened as asked
     */
    public DatasetSource open(
            String name, @Nullable Path directory, Map<String, String> options, long seed) {
        return provider(name).open(directory, options, seed);
    }
}
