package dev.tributary.cli;

import org.jspecify.annotations.Nullable;

/**
 * The options that must be known before a command class loads, since logging is set up by then and
 * plug-ins may add commands.
 *
 * @param debug whether failures show their stack trace
 * @param logFile where to write a log; null for nowhere
 * @param plugins the directory of other people's jars; null for none
 */
record EarlyOptions(boolean debug, @Nullable String logFile, @Nullable String plugins) {
    static final String PLUGINS = "--plugins";
    static final String DEBUG = "--debug";
    static final String LOG_FILE = "--log-file";

    /** Reads them wherever they stand before a lone {@code --}; picocli checks the rest. */
    static EarlyOptions of(String... arguments) {
        boolean debug = false;
        String logFile = null;
        String plugins = null;
        for (int i = 0; i < arguments.length && !arguments[i].equals("--"); i++) {
            debug |= arguments[i].equals(DEBUG);
            logFile = value(LOG_FILE, arguments, i, logFile);
            plugins = value(PLUGINS, arguments, i, plugins);
        }
        return new EarlyOptions(debug, logFile, plugins);
    }

    /** What an option says if it stands there, with an equals sign or as the next argument. */
    private static @Nullable String value(
            String option, String[] arguments, int at, @Nullable String otherwise) {
        if (arguments[at].startsWith(option + "=")) {
            return arguments[at].substring(option.length() + 1);
        }
        boolean follows = arguments[at].equals(option) && at + 1 < arguments.length;
        return follows ? arguments[at + 1] : otherwise;
    }
}
