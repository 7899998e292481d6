package dev.tributary.server.http;

import dev.tributary.protocol.ErrorCode;
import dev.tributary.server.round.RefusedException;

import java.util.regex.Pattern;

/** Names that come from outside. */
public final class Ids {
    /** At least one letter or digit: {@code ..} is no name. */
    private static final Pattern ID =
            Pattern.compile("(?=.*[A-Za-z0-9])[A-Za-z0-9._-]{1,64}", Pattern.DOTALL);

    private static final int SHOWN = 64;
    private static final int LINE = 300;

    private Ids() {}

    /**
     * The name itself.
     *
     * @throws RefusedException if it is none
     */
    public static String check(String what, String id) {
        if (!ID.matcher(id).matches()) {
            throw new RefusedException(
                    ErrorCode.BAD_REQUEST,
                    "%s: expected 1 to 64 letters, digits, dots, dashes and underscores, found \"%s\""
                            .formatted(what, shown(id)));
        }
        return id;
    }

    /** Text from outside as it may stand in messages and logs. */
    static String shown(String text) {
        return printable(text, SHOWN);
    }

    /** A parser's message, which quotes what it could not read. */
    static String line(String message) {
        return printable(message, LINE);
    }

    private static String printable(String text, int length) {
        String cut = text.length() <= length ? text : text.substring(0, length) + "...";
        return cut.replaceAll("[^\\x20-\\x7e]", "?");
    }
}
