package dev.tributary.server;

import dev.tributary.config.RunConfig;
import dev.tributary.data.TableStatistics;

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
            if (TableStatistics.gathered(config.data().options())) {
                throw new IllegalArgumentException(
                        "data.options.statistics: expected a file with a server that waits for"
                            + " runs, found \"gathered\"; \"tributary server run.yaml\" gathers");
            }
            return CatalogModel.of(config);
        };
    }
}
