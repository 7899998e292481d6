package dev.tributary.cli;

import dev.tributary.device.NativeStack;

import java.nio.file.Path;
import java.util.Locale;

/**
 * System properties that must stand before DJL or the logging framework load. What is set already,
 * by the user or by the environment, stays.
 */
final class Startup {
    /** Where the log file goes; read by the logging configuration. */
    static final String LOG_FILE = "tributary.log.file";

    /** Set by {@code --debug}; read by the logging configuration. */
    static final String LOG_TRACES = "tributary.log.traces";

    private Startup() {}

    static void prepare(EarlyOptions options) {
        // Numbers read the same everywhere, in messages as in files.
        Locale.setDefault(Locale.Category.FORMAT, Locale.ROOT);
        NativeStack.prepare();
        prepareLogging(options);
    }

    private static void prepareLogging(EarlyOptions options) {
        if (options.logFile() != null) {
            System.setProperty(LOG_FILE, Path.of(options.logFile()).toAbsolutePath().toString());
        }
        if (options.debug()) {
            System.setProperty(LOG_TRACES, "true");
        }
    }
}
