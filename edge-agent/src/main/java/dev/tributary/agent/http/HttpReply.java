package dev.tributary.agent.http;

import dev.tributary.protocol.Checksum;
import dev.tributary.protocol.Paths;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The answer to an {@link HttpCall}.
 *
 * @param status the HTTP status
 * @param headers by name in lower case
 * @param text the body, where it was not handed to a sink
 */
public record HttpReply(int status, Map<String, String> headers, String text) {
    private static final long LONGEST_RETRY_AFTER_SECONDS = 60;

    /** Copies the headers. */
    public HttpReply {
        headers = Map.copyOf(headers);
    }

    /** Whether the request was carried out. */
    public boolean ok() {
        return status >= 200 && status < 300;
    }

    /** The value of a header, if the answer has it. */
    public Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name.toLowerCase(Locale.ROOT)));
    }

    /** When to ask again, no more than a minute from now; zero if the answer does not say. */
    public Duration retryAfter() {
        String text = header("Retry-After").orElse("0");
        long seconds = text.matches("\\d{1,9}") ? Long.parseLong(text) : 0;
        return Duration.ofSeconds(Math.min(seconds, LONGEST_RETRY_AFTER_SECONDS));
    }

    /**
     * The same with a body.
     *
     * @param body empty if there is none here: its checksum is then that of a body elsewhere
     * @throws IOException if it was changed on the way
     */
    HttpReply withText(String body) throws IOException {
        Optional<String> expected = header(Paths.CHECKSUM_HEADER);
        if (!body.isEmpty() && expected.isPresent()) {
            String found = Checksum.of(ByteBuffer.wrap(body.getBytes(StandardCharsets.UTF_8)));
            if (!expected.get().equals(found)) {
                throw new IOException(
                        "the answer arrived spoiled: expected CRC-32C %s, found %s"
                                .formatted(expected.get(), found));
            }
        }
        return new HttpReply(status, headers, body);
    }
}
