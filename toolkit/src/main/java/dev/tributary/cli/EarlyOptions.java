package dev.tributary.cli;

import org.jspecify.annotations.Nullable;

/**
 * The options that must be known before a command class loads, since logging is set up by then.
 *
 * @param debug whether failures show their stack trace
 * @param logFile where to write a log; null for nowhere
 */
record EarlyOptions(boolean debug, @Nullable String logFile) {
    static final String DEBUG = "--debug";
    static final String LOG_FILE = "--log-file";

    /** Reads them wherever they stand before a lone {@code --}; picocli checks the rest. */
    static EarlyOptions of(String... arguments) {
        boolean debug = false;
        String logFile = null;
        for (int i = 0; i < arguments.length && !arguments[i].equals("--"); i++) {
            if (arguments[i].equals(DEBUG)) {
                debug = true;
            } else if (arguments[i].startsWith(LOG_FILE + "=")) {
                logFile = arguments[i].substring(LOG_FILE.length() + 1);
            } else if (arguments[i].equals(LOG_FILE) && i + 1 < arguments.length) {
                logFile = arguments[++i];
            }
        }
        return new EarlyOptions(debug, logFile);
    }
}
