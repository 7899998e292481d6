package dev.tributary.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Collects what is wrong with one run file, and knows in which line each setting stands. */
final class Problems {
    private final String file;
    private final List<Problem> found = new ArrayList<>();
    private final Map<String, Integer> lines = new HashMap<>();

    Problems(String file) {
        this.file = file;
    }

    void add(Problem problem) {
        found.add(problem);
    }

    /** Adds what others found, who know no lines, but nothing twice of one place. */
    void addFurther(List<Problem> problems) {
        List<Problem> further =
                problems.stream()
                        .filter(problem -> found.stream().noneMatch(known -> meet(known, problem)))
                        .map(problem -> problem.at(lineOf(problem.path())))
                        .toList();
        found.addAll(further);
    }

    private static boolean meet(Problem known, Problem other) {
        String inner = known.path() + ".";
        String outer = other.path() + ".";
        return inner.startsWith(outer) || outer.startsWith(inner);
    }

    int count() {
        return found.size();
    }

    /** Remembers where a setting stands, for rules that look at several. */
    void locate(String path, int line) {
        lines.putIfAbsent(path, line);
    }

    /**
     * Makes a value out of settings that are right one by one; empty, with the problem added, if
     * they contradict each other.
     */
    <T> Optional<T> attempt(Supplier<T> constructor) {
        try {
            return Optional.of(constructor.get());
        } catch (InvalidSettingException e) {
            add(e.at(lineOf(e.path())));
            return Optional.empty();
        }
    }

    /** Adds the problem if a rule between settings is broken. */
    void require(Runnable rule) {
        Optional<Boolean> unused =
                attempt(
                        () -> {
                            rule.run();
                            return true;
                        });
    }

    /** A failure after which nothing more can be found. */
    RunFileException fatal(int line, String expected, String instead) {
        add(new Problem(line, "", expected, instead));
        return exception();
    }

    void throwIfAny() {
        if (!found.isEmpty()) {
            throw exception();
        }
    }

    private RunFileException exception() {
        found.sort(Comparator.comparingInt(Problem::line));
        return new RunFileException(file, found);
    }

    /** The line of a setting or, if it has none of its own, of the section around it. */
    private int lineOf(String path) {
        Integer line = lines.get(path);
        if (line != null) {
            return line;
        }
        int dot = path.lastIndexOf('.');
        return dot < 0 ? 1 : lineOf(path.substring(0, dot));
    }
}
