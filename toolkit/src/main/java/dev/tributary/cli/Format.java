package dev.tributary.cli;

import java.util.Locale;

/** Numbers and texts as people read them, the same in every locale. */
public final class Format {
    private static final String[] BYTE_UNITS = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};

    private Format() {}

    /** Bytes in decimal units, three significant digits: {@code 999 B}, {@code 1.59 MB}. */
    public static String bytes(long bytes) {
        double value = bytes;
        int unit = 0;
        // 999.5 would round to a four-digit 1000.
        while (Math.abs(value) >= 999.5 && unit < BYTE_UNITS.length - 1) {
            value /= 1000;
            unit++;
        }
        return (unit == 0 ? Long.toString(bytes) : threeDigits(value)) + " " + BYTE_UNITS[unit];
    }

    /** A duration in seconds: {@code 850 ms}, {@code 12.3 s}, {@code 1m 12s}, {@code 2h 05m}. */
    public static String duration(double seconds) {
        if (seconds < 0.9995) {
            return Math.round(seconds * 1000) + " ms";
        }
        if (seconds < 59.95) {
            return String.format(Locale.ROOT, "%.1f s", seconds);
        }
        long whole = Math.round(seconds);
        if (whole < 3600) {
            return String.format(Locale.ROOT, "%dm %02ds", whole / 60, whole % 60);
        }
        return String.format(Locale.ROOT, "%dh %02dm", whole / 3600, whole % 3600 / 60);
    }

    /** A whole number with its thousands marked: {@code 199,210}. */
    public static String count(long count) {
        return String.format(Locale.ROOT, "%,d", count);
    }

    /** A fraction of one in whole percent: {@code 34 %}; 100 % only when it is whole. */
    public static String percent(double fraction) {
        long percent = Math.round(fraction * 100);
        return (fraction < 1 ? Math.min(percent, 99) : percent) + " %";
    }

    /** An accuracy or a loss with four decimals: {@code 0.9512}. */
    public static String metric(double value) {
        return String.format(Locale.ROOT, Math.abs(value) < 1e5 ? "%.4f" : "%.3e", value);
    }

    /** The text with control characters replaced: what a peer sent must not steer the terminal. */
    public static String printable(String text) {
        return text.codePoints()
                .map(character -> Character.isISOControl(character) ? '?' : character)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    /**
     * The text as it may stand in HTML and XML, between tags and in double quotes; control
     * characters, which no XML file may hold, are replaced.
     */
    public static String escaped(String text) {
        return printable(text)
                .replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }

    private static String threeDigits(double value) {
        String pattern = value < 9.995 ? "%.2f" : value < 99.95 ? "%.1f" : "%.0f";
        return String.format(Locale.ROOT, pattern, value);
    }
}
