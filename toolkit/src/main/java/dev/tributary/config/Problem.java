package dev.tributary.config;

import static java.util.Objects.requireNonNull;

import java.io.Serializable;

/**
 * One thing that is wrong in a run file.
 *
 * @param line the line, from 1; 0 if the file as a whole is meant
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
