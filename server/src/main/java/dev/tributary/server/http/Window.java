package dev.tributary.server.http;

import org.eclipse.jetty.http.HttpHeader;
import org.jspecify.annotations.Nullable;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The part of a file that a client asks for: all of it, or from a byte on.
 *
 * @param from the first byte
 * @param partial whether the client asked for a part
 */
record Window(long from, boolean partial) {
    private static final Pattern FROM = Pattern.compile("bytes=(\\d{1,18})-");

    /**
     * Reads {@code Range} and {@code If-Range}. What is no {@code bytes=<from>-} is ignored, as the
     * standard allows; so is a range of an entity that is another one now.
     *
     * @param bytes the file's length
     * @param etag the file's entity tag
     * @return null if the range begins behind the end
     */
    static @Nullable Window of(Exchange exchange, long bytes, String etag) {
        String range = exchange.header(HttpHeader.RANGE.asString());
        String condition = exchange.header(HttpHeader.IF_RANGE.asString());
        Matcher from = FROM.matcher(range == null ? "" : range);
        if (!from.matches() || (condition != null && !condition.equals(etag))) {
            return new Window(0, false);
        }
        long first = Long.parseLong(from.group(1));
        return first < bytes ? new Window(first, true) : null;
    }
}
