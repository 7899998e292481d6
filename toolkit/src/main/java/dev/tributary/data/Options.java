package dev.tributary.data;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Settings as a user wrote them, checked: an unknown name or a wrong value is told with what was
 * expected.
 *
 * <p>Shared by data set providers and partition schemes, and open to those of other jars. Immutable
 * and thread-safe.
 */
public final class Options {
    private final String owner;
    private final Map<String, String> known;
    private final Map<String, String> given;

    private Options(String owner, Map<String, String> known, Map<String, String> given) {
        this.owner = owner;
        this.known = Map.copyOf(known);
        this.given = Map.copyOf(given);
    }

    /**
     * Checks that only known options are given.
     *
     * @param owner whose options they are, as messages begin: {@code data set "mnist"}
     * @param known the names that exist, each with a line that says what it means
     * @param given names and values as the user wrote them
     * @throws DataException if a name is unknown; all such names are told, with the known ones
     */
    public static Options of(String owner, Map<String, String> known, Map<String, String> given) {
        TreeSet<String> unknown = new TreeSet<>(given.keySet());
        unknown.removeAll(known.keySet());
        if (!unknown.isEmpty()) {
            throw new DataException(
                    "%s: expected options among %s, found unknown %s"
                            .formatted(owner, new TreeSet<>(known.keySet()), unknown));
        }
        return new Options(owner, known, given);
    }

    /** Whose options they are, as messages begin. */
    public String owner() {
        return owner;
    }

    /** The value of an option, trimmed; empty if it is not given. */
    public Optional<String> text(String name) {
        if (!known.containsKey(name)) {
            throw new IllegalArgumentException(owner + " declares no option \"" + name + '"');
        }
        return Optional.ofNullable(given.get(name)).map(String::strip);
    }

    /**
     * The value of an option that must be given.
     *
     * @throws DataException if it is not, or is blank
     */
    public String required(String name) {
        return text(name)
                .filter(value -> !value.isEmpty())
                .orElseThrow(
                        () ->
                                new DataException(
                                        "%s: expected option \"%s\" (%s), found none"
                                                .formatted(owner, name, known.get(name))));
    }

    /** The comma-separated values of an option, each trimmed; empty if it is not given. */
    public List<String> list(String name) {
        return text(name)
                .filter(value -> !value.isEmpty())
                .map(value -> Arrays.stream(value.split(",", -1)).map(String::strip).toList())
                .orElse(List.of());
    }

    /**
     * A whole number in {@code [min, max]}.
     *
     * @throws DataException if the value is none
     */
    public int wholeNumber(String name, int fallback, int min, int max) {
        return parsed(
                name,
                fallback,
                "a whole number in [" + min + ", " + max + "]",
                Integer::valueOf,
                value -> value >= min && value <= max);
    }

    /**
     * A number in {@code [min, max]}.
     *
     * @throws DataException if the value is none
     */
    public double number(String name, double fallback, double min, double max) {
        return parsed(
                name,
                fallback,
                "a number in [" + min + ", " + max + "]",
                Double::valueOf,
                value -> value >= min && value <= max);
    }

    /**
     * Comma-separated finite numbers, as many as are asked for; or one, which then stands for all.
     *
     * @throws DataException if the value is something else
     */
    public double[] numbers(String name, int count, double fallback) {
        List<String> texts = list(name);
        double[] numbers = new double[count];
        Arrays.fill(numbers, fallback);
        for (int i = 0; i < count && !texts.isEmpty(); i++) {
            numbers[i] = number(texts.get(Math.min(i, texts.size() - 1)));
        }
        boolean fits = texts.size() <= 1 || texts.size() == count;
        if (!fits || !Arrays.stream(numbers).allMatch(Double::isFinite)) {
            throw wrong(name, count + " numbers, or one for all", String.join(",", texts));
        }
        return numbers;
    }

    /**
     * {@code true} or {@code false}.
     *
     * @throws DataException if the value is neither
     */
    public boolean flag(String name, boolean fallback) {
        return choice(name, Boolean.toString(fallback), List.of("true", "false")).equals("true");
    }

    /**
     * One of the given words.
     *
     * @throws DataException if the value is none of them
     */
    public String choice(String name, String fallback, List<String> choices) {
        return parsed(name, fallback, "one of " + choices, Function.identity(), choices::contains);
    }

    /** The failure of an option whose value is wrong. */
    public DataException wrong(String name, String expected, String found) {
        return new DataException(
                "%s: option \"%s\": expected %s, found \"%s\""
                        .formatted(owner, name, expected, found));
    }

    /** NaN if it is none. */
    private static double number(String text) {
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            return Double.NaN;
        }
    }

    private <T> T parsed(
            String name,
            T fallback,
            String expected,
            Function<String, T> parser,
            Function<T, Boolean> valid) {
        Optional<String> text = text(name);
        if (text.isEmpty()) {
            return fallback;
        }
        try {
            T value = parser.apply(text.get());
            if (valid.apply(value)) {
                return value;
            }
        } catch (NumberFormatException notANumber) {
            throw wrong(name, expected, text.get());
        }
        throw wrong(name, expected, text.get());
    }
}
