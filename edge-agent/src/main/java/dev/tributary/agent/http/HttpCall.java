package dev.tributary.agent.http;

import dev.tributary.protocol.Checksum;
import dev.tributary.protocol.Json;
import dev.tributary.protocol.Paths;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One request, which may be sent several times.
 *
 * @param method {@code GET}, {@code PUT}, ...
 * @param path from the server's root, with its query
 * @param headers by name; without those that describe connection and length
 * @param body in order, from position to limit of each; duplicated to read, never copied
 * @param patience the longest silence of the server that is borne
 */
public record HttpCall(
        String method,
        String path,
        Map<String, String> headers,
        List<ByteBuffer> body,
        Duration patience) {

    /** Copies the map and the list. */
    public HttpCall {
        headers = Map.copyOf(headers);
        body = List.copyOf(body);
    }

    /** Asks for something. */
    public static HttpCall get(String path, Duration patience) {
        return new HttpCall("GET", path, Map.of(), List.of(), patience);
    }

    /** Asks to delete something. */
    public static HttpCall delete(String path, Duration patience) {
        return new HttpCall("DELETE", path, Map.of(), List.of(), patience);
    }

    /** Asks for the head of an answer alone. */
    public static HttpCall head(String path, Duration patience) {
        return new HttpCall("HEAD", path, Map.of(), List.of(), patience);
    }

    /** Sends a record as JSON. */
    public static HttpCall json(String method, String path, Record value, Duration patience) {
        ByteBuffer bytes = ByteBuffer.wrap(Json.write(value).getBytes(StandardCharsets.UTF_8));
        Map<String, String> headers =
                Map.of("Content-Type", Paths.JSON, Paths.CHECKSUM_HEADER, Checksum.of(bytes));
        return new HttpCall(method, path, headers, List.of(bytes), patience);
    }

    /** The same with one header more. */
    public HttpCall with(String name, String value) {
        Map<String, String> more = new HashMap<>(headers);
        more.put(name, value);
        return new HttpCall(method, path, more, body, patience);
    }

    /** The same with its body from a byte on. */
    public HttpCall from(long offset) {
        List<ByteBuffer> rest = new ArrayList<>();
        long skip = offset;
        for (ByteBuffer chunk : body) {
            int skipped = (int) Math.min(skip, chunk.remaining());
            skip -= skipped;
            if (skipped < chunk.remaining()) {
                rest.add(chunk.duplicate().position(chunk.position() + skipped));
            }
        }
        return new HttpCall(method, path, headers, rest, patience);
    }

    /** The body's length in bytes. */
    public long bodyBytes() {
        return body.stream().mapToLong(ByteBuffer::remaining).sum();
    }
}
