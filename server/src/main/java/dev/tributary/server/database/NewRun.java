package dev.tributary.server.database;

/**
 * What somebody asked for.
 *
 * @param runId names the run and its directory
 * @param name what its owner calls it
 * @param config the run file's text
 * @param seed from which all its random draws come
 */
public record NewRun(String runId, String name, String config, long seed) {
    private static final int MAX_NAME = 256;

    /** Checks that the database can hold it. */
    public NewRun {
        Texts.id("run", runId, Texts.MAX_RUN_ID);
        Texts.exact("name", name, MAX_NAME);
        Texts.exact("run file", config, Texts.MAX_CONFIG);
    }
}
