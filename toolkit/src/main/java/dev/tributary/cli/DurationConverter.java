package dev.tributary.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A length of time as users write it: {@code 500ms}, {@code 60s}, {@code 5m}, {@code 1h}, or 60.
 */
public final class DurationConverter implements ITypeConverter<Duration> {
    private static final Pattern TEXT = Pattern.compile("(\\d{1,9})(ms|s|m|h)?");
    private static final Duration LONGEST = Duration.ofDays(365);

    /** For picocli. */
    public DurationConverter() {}

    /**
     * Reads it; a number alone is of seconds.
     *
     * @throws TypeConversionException if it is none, or more than 365 days
     */
    @Override
    public Duration convert(String text) {
        Matcher matcher = TEXT.matcher(text.strip().toLowerCase(Locale.ROOT));
        if (!matcher.matches()) {
            throw new TypeConversionException(
                    "expected a time such as 60s, 5m or 1h, or a number of seconds, found \"%s\""
                            .formatted(text));
        }
        long count = Long.parseLong(matcher.group(1));
        String unit = matcher.group(2) == null ? "s" : matcher.group(2);
        Duration length =
                switch (unit) {
                    case "ms" -> Duration.ofMillis(count);
                    case "m" -> Duration.ofMinutes(count);
                    case "h" -> Duration.ofHours(count);
                    default -> Duration.ofSeconds(count);
                };
        if (length.compareTo(LONGEST) > 0) {
            throw new TypeConversionException(
                    "expected a time of at most 365 days, found \"%s\"".formatted(text));
        }
        return length;
    }
}
