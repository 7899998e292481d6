package dev.tributary.config;

import java.time.Duration;
import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/** How values look in run files and in messages. */
final class Texts {
    private static final int LONGEST_QUOTE = 60;

    /** Simple keys end at 1024 characters, but explicit ones do not; comparing is quadratic. */
    private static final int LONGEST_COMPARED = 64;

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

    /** The candidate that a mistyped word most likely meant; empty if none is near. */
    static Optional<String> nearest(String word, Collection<String> candidates) {
        if (word.length() > LONGEST_COMPARED) {
            return Optional.empty();
        }
        int farthest = Math.max(2, word.length() / 3);
        Optional<String> nearest = Optional.empty();
        int least = farthest + 1;
        for (String candidate : candidates) {
            int distance = distance(word, candidate);
            if (distance < least) {
                nearest = Optional.of(candidate);
                least = distance;
            }
        }
        return nearest;
    }

    /**
     * The edit distance: insertions, deletions, replacements (Levenshtein, 1966) and neighbours
     * that are swapped (Damerau, 1964).
     */
    private static int distance(String left, String right) {
        int[][] distance = new int[left.length() + 1][right.length() + 1];
        for (int i = 0; i <= left.length(); i++) {
            for (int j = 0; j <= right.length(); j++) {
                distance[i][j] = i == 0 || j == 0 ? i + j : step(distance, left, right, i, j);
            }
        }
        return distance[left.length()][right.length()];
    }

    private static int step(int[][] distance, String left, String right, int i, int j) {
        boolean same = left.charAt(i - 1) == right.charAt(j - 1);
        int replaced = distance[i - 1][j - 1] + (same ? 0 : 1);
        int least = Math.min(replaced, 1 + Math.min(distance[i - 1][j], distance[i][j - 1]));
        boolean swapped =
                i > 1
                        && j > 1
                        && left.charAt(i - 1) == right.charAt(j - 2)
                        && left.charAt(i - 2) == right.charAt(j - 1);
        return swapped ? Math.min(least, 1 + distance[i - 2][j - 2]) : least;
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
