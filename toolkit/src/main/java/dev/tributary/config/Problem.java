package dev.tributary.config;

import static java.util.Objects.requireNonNull;

import dev.tributary.words.NearestWord;

import java.io.Serializable;
import java.util.Collection;

/**
 * One thing that is wrong in a run file.
 *
 * @param line the line, from 1; 0 if the file as a whole is meant, or whoever made this knows the
 *     path alone
 * @param path the setting with dots between the sections, such as {@code training.batch-size};
 *     empty for the file itself
 * @param expected what would have been right
 * @param found what is there instead
 */
public record Problem(int line, String path, String expected, String found)
        implements Serializable {
    /** Checks the line. */
    public Problem {
        if (line < 0) {
            throw new IllegalArgumentException("line: expected at least 0, found " + line);
        }
        requireNonNull(path, "path is null");
        requireNonNull(expected, "expected is null");
        requireNonNull(found, "found is null");
    }

    /**
     * A name that stands for nothing, told with the nearest known one, or with all where none is
     * near.
     *
     * @param path the setting; its line is found by it
     * @param kind what it names, such as {@code model}
     */
    public static Problem unknown(
            String path, String kind, Collection<String> known, String found) {
        return unknown(path, kind, known, "", found);
    }

    /**
     * The same.
     *
     * @param elsewhere follows the known ones where all are told: where to find others
     */
    public static Problem unknown(
            String path, String kind, Collection<String> known, String elsewhere, String found) {
        String expected =
                NearestWord.of(found, known)
                        .map(near -> "a known %s, perhaps %s".formatted(kind, near))
                        .orElseGet(
                                () -> "a known %s (%s%s)".formatted(kind, all(known), elsewhere));
        return new Problem(0, path, expected, Texts.quote(found));
    }

    private static String all(Collection<String> known) {
        return known.isEmpty() ? "there is none" : String.join(", ", known);
    }

    /** The same at a line. */
    Problem at(int newLine) {
        return new Problem(newLine, path, expected, found);
    }

    /**
     * The problem in one line, as in {@code run.yaml:7: training.batch-size: expected a whole
     * number, at least 1, found "ten"}.
     *
     * @param file the name of the run file
     */
    public String describe(String file) {
        String place = line == 0 ? file : file + ":" + line;
        String subject = path.isEmpty() ? "" : path + ": ";
        return "%s: %sexpected %s, found %s".formatted(place, subject, expected, found);
    }
}
