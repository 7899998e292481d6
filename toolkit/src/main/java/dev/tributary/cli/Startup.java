package dev.tributary.cli;

import dev.tributary.device.NativeStack;
import dev.tributary.plugin.Plugins;

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

    /** Where plug-ins are; set by {@code --plugins}, and read by processes that this one starts. */
    static final String PLUGINS = "tributary.plugins";

    private Startup() {}

    static void prepare(EarlyOptions options) {
        // Numbers read the same everywhere, in messages as in files.
        Locale.setDefault(Locale.Category.FORMAT, Locale.ROOT);
        NativeStack.prepare();
        prepareLogging(options);
        preparePlugins(options);
    }

    /** A process that was started by another has the other's plug-ins. */
    private static void preparePlugins(EarlyOptions options) {
        String directory =
                options.plugins() == null ? System.getProperty(PLUGINS) : options.plugins();
        if (directory != null) {
            Path absolute = Path.of(directory).toAbsolutePath();
            Plugins.install(absolute);
            System.setProperty(PLUGINS, absolute.toString());
        }
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
