package dev.tributary.server;

import dev.tributary.config.Problem;
import dev.tributary.config.RunConfig;

import java.util.List;

/** Finds the model that a run file names. Thread-safe. */
@FunctionalInterface
public interface Models {

    /**
     * Builds it, with the data on which it is evaluated.
     *
     * @throws RuntimeException naming what is unknown, missing or wrong
     */
    ServedModel of(RunConfig config);

    /**
     * What is wrong with a run before anything of it is built; nothing if nobody can say.
     *
     * @param sound whether nothing else is wrong with its file, as for a {@link
     *     dev.tributary.config.RunCheck}
     */
    default List<Problem> problems(RunConfig config, boolean sound) {
        return List.of();
    }

    /** Those of the catalogs. */
    static Models ofCatalog() {
        return new CatalogModels();
    }
}
