package dev.tributary.cli;

import java.nio.file.Path;
import java.util.Locale;

/**
 * System properties that must stand before DJL or the logging framework load. What is set already,
 * by the user or by the environment, stays.
 */
final class Startup {
    /** Where the log file goes; read by the logging configuration. */
    static final String LOG_FILE = "tributary.log.file";

    private static final String CONFIGURATION = "logback.configurationFile";

    private Startup() {}

    static void prepare(EarlyOptions options) {
        // Numbers read the same everywhere, in messages as in files.
        Locale.setDefault(Locale.Category.FORMAT, Locale.ROOT);
        prepareEngine();
        prepareLogging(options);
    }

    private static void prepareEngine() {
        // Without this, loading DJL asks a cloud's metadata address and waits for its time-outs.
        setIfAbsent("OPT_OUT_TRACKING", "OPT_OUT_TRACKING", "true");
        setIfAbsent("ai.djl.offline", "DJL_OFFLINE", "true");
        // Results depend on the number of threads in an operation: one, unless asked for more.
        setIfAbsent("ai.djl.pytorch.num_threads", "OMP_NUM_THREADS", "1");
        setIfAbsent("ai.djl.pytorch.num_interop_threads", "", "1");
    }

    private static void prepareLogging(EarlyOptions options) {
        if (options.logFile() != null) {
            System.setProperty(LOG_FILE, Path.of(options.logFile()).toAbsolutePath().toString());
        }
        if (options.debug()) {
            System.setProperty("tributary.log.exception", "%ex");
        }
        boolean toFile = System.getProperty(LOG_FILE) != null;
        String name = toFile ? "tributary-logback-file.xml" : "tributary-logback.xml";
        setIfAbsent(CONFIGURATION, "", "dev/tributary/cli/" + name);
    }

    private static void setIfAbsent(String property, String variable, String value) {
        boolean inEnvironment = !variable.isEmpty() && System.getenv(variable) != null;
        if (System.getProperty(property) == null && !inEnvironment) {
            System.setProperty(property, value);
        }
    }
}
