package dev.tributary.words;

import java.util.Collection;
import java.util.Optional;

/** What somebody who mistyped a word most likely meant. */
public final class NearestWord {
    /** Comparing is quadratic, and words may come from anybody. */
    private static final int LONGEST_COMPARED = 64;

    private NearestWord() {}

    /** The candidate that a mistyped word most likely meant; empty if none is near. */
    public static Optional<String> of(String word, Collection<String> candidates) {
        if (word.length() > LONGEST_COMPARED) {
            return Optional.empty();
        }
        // A word of which nothing is left is another word.
        int farthest = Math.min(word.length() - 1, Math.max(2, word.length() / 3));
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
}
