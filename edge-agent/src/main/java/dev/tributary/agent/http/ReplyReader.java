package dev.tributary.agent.http;

import dev.tributary.parameters.HostTransfer.ChunkSink;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** Reads one answer of HTTP/1.1 from a connection. */
final class ReplyReader {
    private static final int MAX_HEAD_BYTES = 1 << 16;
    private static final int MULTIPLE_CHOICES = 300;
    private static final int NO_CONTENT = 204;
    private static final int NOT_MODIFIED = 304;

    private final SocketLink link;
    private final String method;
    private final Duration patience;
    private int headBytes;
    private boolean reusable = true;

    /**
     * @param method of the request: answers to {@code HEAD} tell the length of a body that does not
     *     come, those to {@code CONNECT} may be of HTTP/1.0
     */
    ReplyReader(SocketLink link, String method, Duration patience) {
        this.link = link;
        this.method = method;
        this.patience = patience;
    }

    /**
     * Reads head and body.
     *
     * @param body takes the body of a success; null to have it as text
     */
    HttpReply read(@Nullable ChunkSink body) throws IOException {
        int status = status(line());
        while (status < 200) {
            headers();
            status = status(line());
        }
        Map<String, String> headers = headers();
        TextSink text = new TextSink();
        HttpReply head = new HttpReply(status, headers, "");
        if ("close".equalsIgnoreCase(headers.get("connection"))) {
            reusable = false;
        }
        readBody(status, headers, sink(head, body, text));
        return head.withText(text.text());
    }

    /** Whether the connection can take a further request. */
    boolean reusable() {
        return reusable;
    }

    private static ChunkSink sink(HttpReply head, @Nullable ChunkSink wanted, ChunkSink text)
            throws IOException {
        if (wanted == null || !head.ok()) {
            return text;
        }
        if (wanted instanceof AnswerSink answer) {
            answer.begin(head);
        }
        return wanted;
    }

    private void readBody(int status, Map<String, String> headers, ChunkSink sink)
            throws IOException {
        String length = headers.get("content-length");
        if (bodiless(status)) {
            return;
        }
        if ("chunked".equalsIgnoreCase(headers.get("transfer-encoding"))) {
            readChunked(sink);
        } else if (length != null) {
            readExactly(number(length, 10), sink);
        } else {
            reusable = false;
            while (link.fill(patience)) {
                deliver(Long.MAX_VALUE, sink);
            }
        }
    }

    private boolean bodiless(int status) {
        return status == NO_CONTENT
                || status == NOT_MODIFIED
                || method.equals("HEAD")
                || (method.equals("CONNECT") && status < MULTIPLE_CHOICES);
    }

    private void readChunked(ChunkSink sink) throws IOException {
        while (true) {
            // A long body has many chunks; only what is not body is limited, chunk by chunk.
            headBytes = 0;
            String size = line();
            int extension = size.indexOf(';');
            long count = number(extension < 0 ? size : size.substring(0, extension), 16);
            if (count == 0) {
                headers();
                return;
            }
            readExactly(count, sink);
            if (!line().isEmpty()) {
                throw new ProtocolException("expected the end of a chunk, found more");
            }
        }
    }

    private void readExactly(long count, ChunkSink sink) throws IOException {
        long missing = count;
        while (missing > 0) {
            if (!link.fill(patience)) {
                throw new EOFException(
                        "the connection ended %d bytes before the end of the answer"
                                .formatted(missing));
            }
            missing -= deliver(missing, sink);
        }
    }

    private long deliver(long atMost, ChunkSink sink) throws IOException {
        ByteBuffer input = link.input();
        int count = (int) Math.min(atMost, input.remaining());
        ByteBuffer chunk = input.duplicate().limit(input.position() + count);
        input.position(input.position() + count);
        sink.accept(chunk);
        return count;
    }

    private Map<String, String> headers() throws IOException {
        Map<String, String> headers = new HashMap<>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            if (colon < 1) {
                throw new ProtocolException("expected a header, found \"" + brief(line) + "\"");
            }
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        return headers;
    }

    private int status(String line) throws ProtocolException {
        String[] parts = line.split(" ", 3);
        String version = method.equals("CONNECT") ? "HTTP/1\\.[01]" : "HTTP/1\\.1";
        if (parts.length < 2 || !parts[0].matches(version) || !parts[1].matches("[1-5]\\d\\d")) {
            throw new ProtocolException("expected HTTP/1.1, found \"" + brief(line) + "\"");
        }
        return Integer.parseInt(parts[1]);
    }

    private static long number(String text, int radix) throws ProtocolException {
        try {
            long number = Long.parseLong(text.strip(), radix);
            if (number >= 0) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Falls through to the message, which is the same.
        }
        throw new ProtocolException("expected a length, found \"" + brief(text) + "\"");
    }

    private String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream(64);
        while (link.fill(patience)) {
            byte next = link.input().get();
            if (++headBytes > MAX_HEAD_BYTES) {
                throw new ProtocolException(
                        "expected a head of at most " + MAX_HEAD_BYTES + " bytes, found more");
            }
            if (next == '\n') {
                return line.toString(StandardCharsets.ISO_8859_1).stripTrailing();
            }
            line.write(next);
        }
        throw new EOFException("the server closed the connection without an answer");
    }

    private static String brief(String text) {
        return text.length() <= 40 ? text : text.substring(0, 40) + "...";
    }
}
