package dev.tributary.cli;

import org.jspecify.annotations.Nullable;

import java.nio.charset.Charset;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;

/**
 * What the standard output can show.
 *
 * @param interactive whether a person watches it: a terminal that can move its cursor
 * @param color whether to use colors: interactive, and {@code NO_COLOR} is not set
 * @param unicode whether it takes more than ASCII
 * @param width columns, at least {@value #MIN_WIDTH}
 * @param height rows, at least {@value #MIN_HEIGHT}
 */
public record Terminal(boolean interactive, boolean color, boolean unicode, int width, int height) {
    private static final int MIN_WIDTH = 40;
    private static final int MIN_HEIGHT = 10;
    private static final int DEFAULT_WIDTH = 80;
    private static final int DEFAULT_HEIGHT = 24;

    /** Raises sizes that nothing fits into. */
    public Terminal {
        width = Math.max(MIN_WIDTH, width);
        height = Math.max(MIN_HEIGHT, height);
    }

    /**
     * Of this process: what the launcher found out ({@code tributary.terminal}, {@code
     * tributary.columns}, {@code tributary.rows}), else the console and {@code COLUMNS}.
     */
    @SuppressWarnings(
            "SystemConsoleNull") // JDK 22 to 24 always have one; the launcher knows better
    public static Terminal system() {
        return of(System.getProperties(), System.getenv(), System.console() != null);
    }

    static Terminal of(Properties properties, Map<String, String> environment, boolean console) {
        @Nullable String told = properties.getProperty("tributary.terminal");
        boolean terminal = told == null ? console : Boolean.parseBoolean(told);
        boolean interactive = terminal && !"dumb".equals(environment.get("TERM"));
        boolean color = interactive && environment.getOrDefault("NO_COLOR", "").isEmpty();
        return new Terminal(
                interactive,
                color,
                encoding(properties).toUpperCase(Locale.ROOT).startsWith("UTF"),
                size(
                        properties.getProperty("tributary.columns"),
                        environment.get("COLUMNS"),
                        DEFAULT_WIDTH),
                size(
                        properties.getProperty("tributary.rows"),
                        environment.get("LINES"),
                        DEFAULT_HEIGHT));
    }

    /** The character set of the standard output. */
    static Charset charset() {
        String name = encoding(System.getProperties());
        return Charset.isSupported(name) ? Charset.forName(name) : Charset.defaultCharset();
    }

    /** JDK 17 tells the terminal's encoding by another name than JDK 19 and later. */
    private static String encoding(Properties properties) {
        for (String name : new String[] {"stdout.encoding", "sun.stdout.encoding"}) {
            String encoding = properties.getProperty(name);
            if (encoding != null) {
                return encoding;
            }
        }
        return properties.getProperty("native.encoding", Charset.defaultCharset().name());
    }

    private static int size(@Nullable String told, @Nullable String variable, int otherwise) {
        String text = told != null && !told.isBlank() ? told : variable;
        try {
            int size = text == null ? 0 : Integer.parseInt(text.strip());
            return size > 0 ? size : otherwise;
        } catch (NumberFormatException e) {
            return otherwise;
        }
    }
}
