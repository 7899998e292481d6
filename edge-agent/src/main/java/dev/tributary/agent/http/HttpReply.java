package dev.tributary.agent.http;

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

    /** The same with a body. */
    HttpReply withText(String body) {
        return new HttpReply(status, headers, body);
    }
}
