package dev.tributary.config;

import static java.util.stream.Collectors.joining;

import java.math.BigInteger;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One setting of the run file: where it stands, how it is read from text, and which values it
 * takes.
 *
 * <p>The reader and the records share these, so that there is one truth about each range.
 *
 * @param path the sections and the key, with dots between
 * @param expected what a right value is, as in {@code a whole number, at least 1}
 * @param parser from the text of a scalar; empty if it is none
 * @param holds whether a value is in range
 */
record Setting<T>(
        String path, String expected, Function<String, Optional<T>> parser, Predicate<T> holds) {

    /** Names appear in paths of files and of URLs, hence no separators and no leading dot. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

    private static final Pattern WHOLE = Pattern.compile("[-+]?(0|[1-9][0-9]{0,18})");
    private static final Pattern NUMBER =
            Pattern.compile("[-+]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][-+]?[0-9]{1,4})?");
    private static final Pattern DURATION = Pattern.compile("([0-9]{1,12})(ms|s|m|h)");
    private static final Duration LONGEST = Duration.ofDays(365);

    /** The part of the path after its last dot. */
    String key() {
        return path.substring(path.lastIndexOf('.') + 1);
    }

    /** The value that a text stands for; empty if it is no value of this setting. */
    Optional<T> read(String text) {
        return parser.apply(text).filter(holds);
    }

    /**
     * Passes a value on.
     *
     * @throws InvalidSettingException if it is out of range
     */
    T check(T value) {
        if (!holds.test(value)) {
            String found = value.toString();
            throw new InvalidSettingException(
                    path, expected, value instanceof String ? Texts.quote(found) : found);
        }
        return value;
    }

    static Setting<String> name(String path) {
        return new Setting<>(
                path,
                "a name of 1 to 64 letters, digits, dots, dashes and underscores",
                Optional::of,
                text -> NAME.matcher(text).matches());
    }

    /**
     * A copy of settings whose meaning only the part that they are for knows; their keys are names.
     *
     * @throws InvalidSettingException if a key is none
     */
    static Map<String, String> options(String path, Map<String, String> options) {
        options.keySet().forEach(key -> name(path).check(key));
        return Map.copyOf(options);
    }

    static Setting<String> matching(String path, String expected, Pattern pattern) {
        return new Setting<>(path, expected, Optional::of, text -> pattern.matcher(text).matches());
    }

    static Setting<Long> wholeNumber(String path) {
        return new Setting<>(path, "a whole number of 64 bits", Setting::parseWhole, any -> true);
    }

    static Setting<Integer> wholeNumber(String path, int minimum, int maximum) {
        return new Setting<>(
                path,
                "a whole number, at least %d and at most %d".formatted(minimum, maximum),
                text -> parseWhole(text).filter(n -> n == n.intValue()).map(Long::intValue),
                value -> value >= minimum && value <= maximum);
    }

    static Setting<Double> positive(String path) {
        return number(path, "a finite positive number", value -> value > 0);
    }

    static Setting<Double> notNegative(String path) {
        return number(path, "a finite number, at least 0", value -> value >= 0);
    }

    /** A number of which 1 is too much, such as a momentum. */
    static Setting<Double> belowOne(String path) {
        return number(path, "a number in [0, 1)", value -> value >= 0 && value < 1);
    }

    static Setting<Double> number(String path, String expected, Predicate<Double> holds) {
        return new Setting<>(
                path,
                expected,
                text -> matched(NUMBER, text).map(Double::valueOf),
                value -> Double.isFinite(value) && holds.test(value));
    }

    /** A length of time in whole milliseconds. */
    static Setting<Duration> duration(String path) {
        return new Setting<>(
                path,
                "a duration above 0 and up to 365 days, such as 500ms, 30s, 2m or 1h",
                Setting::parseDuration,
                value ->
                        value.compareTo(Duration.ZERO) > 0
                                && value.compareTo(LONGEST) <= 0
                                && value.truncatedTo(ChronoUnit.MILLIS).equals(value));
    }

    static Setting<Boolean> flag(String path) {
        return new Setting<>(
                path,
                "true or false",
                text ->
                        switch (text) {
                            case "true" -> Optional.of(true);
                            case "false" -> Optional.of(false);
                            default -> Optional.empty();
                        },
                any -> true);
    }

    static <E extends Enum<E>> Setting<E> choice(String path, Class<E> type) {
        E[] choices = type.getEnumConstants();
        return new Setting<>(
                path,
                "one of " + Arrays.stream(choices).map(Texts::word).collect(joining(", ")),
                text ->
                        Arrays.stream(choices)
                                .filter(choice -> Texts.word(choice).equals(text))
                                .findFirst(),
                any -> true);
    }

    private static Optional<Long> parseWhole(String text) {
        return matched(WHOLE, text)
                .map(BigInteger::new)
                .filter(n -> n.bitLength() < Long.SIZE)
                .map(BigInteger::longValue);
    }

    private static Optional<Duration> parseDuration(String text) {
        Matcher matcher = DURATION.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        long count = Long.parseLong(matcher.group(1));
        return Optional.of(
                switch (matcher.group(2)) {
                    case "ms" -> Duration.ofMillis(count);
                    case "s" -> Duration.ofSeconds(count);
                    case "m" -> Duration.ofMinutes(count);
                    default -> Duration.ofHours(count);
                });
    }

    private static Optional<String> matched(Pattern pattern, String text) {
        return Optional.of(text).filter(candidate -> pattern.matcher(candidate).matches());
    }
}
