package dev.tributary.config;

import java.time.Duration;
import java.util.Locale;

/** How values look in run files and in messages. */
final class Texts {
    private static final int LONGEST_QUOTE = 60;

    private Texts() {}

    /** An enum's constant as the file spells it: {@code MY_CHOICE} is {@code my-choice}. */
    static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** A duration in the largest unit that divides it. */
    static String duration(Duration duration) {
        long millis = duration.toMillis();
        if (millis % 3_600_000 == 0) {
            return millis / 3_600_000 + "h";
        }
        if (millis % 60_000 == 0) {
            return millis / 60_000 + "m";
        }
        return millis % 1000 == 0 ? millis / 1000 + "s" : millis + "ms";
    }

    /** A text in quotes, cut to what fits in a message and without anything a terminal obeys. */
    static String quote(String text) {
        return '"' + shorten(text) + '"';
    }

    /** As {@link #quote}, without the quotes. */
    static String shorten(String text) {
        boolean fits = text.length() <= LONGEST_QUOTE;
        String shown = fits ? text : text.substring(0, LONGEST_QUOTE) + "...";
        StringBuilder safe = new StringBuilder();
        shown.codePoints()
                .forEach(
                        point -> {
                            if (isPrintable(point)) {
                                safe.appendCodePoint(point);
                            } else {
                                safe.append("\\u%04x".formatted(point));
                            }
                        });
        return safe.toString();
    }

    private static boolean isPrintable(int point) {
        int type = Character.getType(point);
        return type != Character.CONTROL
                && type != Character.FORMAT
                && type != Character.SURROGATE
                && type != Character.LINE_SEPARATOR
                && type != Character.PARAGRAPH_SEPARATOR;
    }
}
