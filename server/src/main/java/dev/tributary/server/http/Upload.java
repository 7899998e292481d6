package dev.tributary.server.http;

import dev.tributary.protocol.ErrorCode;
import dev.tributary.protocol.Paths;
import dev.tributary.server.aggregation.Spool.Content;
import dev.tributary.server.round.RefusedException;

import org.eclipse.jetty.http.HttpHeader;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the headers of an update's body say.
 *
 * @param content of the whole body
 * @param from the byte of it with which this request begins
 */
record Upload(Content content, long from) {
    private static final Pattern CHECKSUM = Pattern.compile("[0-9a-f]{8}");
    private static final Pattern RANGE =
            Pattern.compile("bytes (\\d{1,18})-(\\d{1,18})/(\\d{1,18})");

    /**
     * Reads them.
     *
     * @throws RefusedException if one is missing, malformed or contradicts another
     */
    static Upload of(Exchange exchange) {
        String checksum = exchange.header(Paths.CHECKSUM_HEADER);
        if (checksum == null || !CHECKSUM.matcher(checksum).matches()) {
            throw wrong(
                    Paths.CHECKSUM_HEADER,
                    "the CRC-32C of the whole body in 8 hex digits",
                    checksum == null ? "none" : checksum);
        }
        long length = exchange.request().getLength();
        String range = exchange.header(HttpHeader.CONTENT_RANGE.asString());
        if (range == null) {
            return new Upload(new Content(checksum, length), 0);
        }
        Matcher parts = RANGE.matcher(range);
        if (!parts.matches()) {
            throw wrong("Content-Range", "bytes <from>-<to>/<total>", range);
        }
        long from = Long.parseLong(parts.group(1));
        long to = Long.parseLong(parts.group(2));
        long total = Long.parseLong(parts.group(3));
        boolean rest = from <= to && to == total - 1 && (length < 0 || length == total - from);
        if (!rest) {
            throw wrong("Content-Range", "the rest of the body, as long as announced", range);
        }
        return new Upload(new Content(checksum, total), from);
    }

    private static RefusedException wrong(String header, String expected, String found) {
        return new RefusedException(
                ErrorCode.BAD_REQUEST,
                "%s: expected %s, found \"%s\"".formatted(header, expected, Ids.shown(found)));
    }
}
