package dev.tributary.server;

import dev.tributary.config.RunConfig;

/** Finds the model that a run file names. Thread-safe. */
@FunctionalInterface
public interface Models {

    /**
     * Builds it, with the data on which it is evaluated.
     *
     * @throws RuntimeException naming what is unknown, missing or wrong
     */
    ServedModel of(RunConfig config);

    /** Those of the catalogs. */
    static Models ofCatalog() {
        return config -> {
            RunNames.check(config);
            return CatalogModel.of(config);
        };
    }
}
