package dev.tributary.server.database;

import java.util.regex.Pattern;

/** Text on its way into a column. */
final class Texts {
    static final int MAX_CLIENT_ID = 64;
    static final int MAX_RUN_ID = 128;
    static final int MAX_MESSAGE = 2000;
    static final int MAX_CONFIG = 1_000_000;

    private static final Pattern ID = Pattern.compile("[A-Za-z0-9._-]+");

    private Texts() {}

    /** Ids are keys: refused, not bent. */
    static String id(String what, String id, int longest) {
        if (id.length() > longest || !ID.matcher(id).matches()) {
            String shown = printable(id, longest);
            throw new IllegalArgumentException(
                    "%s: expected 1 to %d letters, digits, dots, dashes and underscores, found \"%s\""
                            .formatted(what, longest, shown));
        }
        return id;
    }

    /** Text that must come back as it was. */
    static String exact(String what, String text, int longest) {
        if (text.length() > longest || !printable(text, longest).equals(text)) {
            throw new IllegalArgumentException(
                    "%s: expected at most %d characters, none of them NUL or half a character, found %d"
                            .formatted(what, longest, text.length()));
        }
        return text;
    }

    /** Text for people, cut; PostgreSQL has no NUL and nobody has half characters. */
    static String printable(String text, int longest) {
        StringBuilder kept = new StringBuilder(Math.min(text.length(), longest));
        text.codePoints()
                .map(c -> c == 0 || isHalf(c) ? '?' : c)
                .takeWhile(c -> kept.length() + Character.charCount(c) <= longest)
                .forEachOrdered(kept::appendCodePoint);
        return kept.toString();
    }

    private static boolean isHalf(int codePoint) {
        return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
    }

    static void atLeast(String what, long minimum, long found) {
        if (found < minimum) {
            throw new IllegalArgumentException(
                    "%s: expected at least %d, found %d".formatted(what, minimum, found));
        }
    }
}
