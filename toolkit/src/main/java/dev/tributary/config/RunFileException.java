package dev.tributary.config;

import java.util.List;
import java.util.stream.Collectors;

/** A run file cannot be used; the message lists everything that is wrong with it, line by line. */
public final class RunFileException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** More than this many would not be read; a hostile file could hold a hundred thousand. */
    private static final int MOST_TOLD = 50;

    private final List<Problem> problems;

    RunFileException(String file, List<Problem> problems) {
        super(message(file, problems));
        this.problems = List.copyOf(problems);
    }

    /** With the failure underneath. */
    RunFileException because(Throwable cause) {
        initCause(cause);
        return this;
    }

    /** All problems, by line; at least one. */
    public List<Problem> problems() {
        return problems;
    }

    private static String message(String file, List<Problem> problems) {
        String told =
                problems.stream()
                        .limit(MOST_TOLD)
                        .map(problem -> problem.describe(file))
                        .collect(Collectors.joining("\n"));
        int untold = problems.size() - MOST_TOLD;
        return untold > 0 ? "%s%n%s: and %d problems more".formatted(told, file, untold) : told;
    }
}
