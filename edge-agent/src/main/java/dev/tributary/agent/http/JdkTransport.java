package dev.tributary.agent.http;

import dev.tributary.cli.ErrorText;
import dev.tributary.credentials.HandshakeFailure;
import dev.tributary.parameters.HostTransfer.ChunkSink;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow.Publisher;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * HTTP and HTTPS through the JDK's client, of which there is one for all connections of a kind:
 * with the same credential, or without one.
 */
public final class JdkTransport implements HttpTransport {
    private final URI server;
    private final @Nullable HttpClient known;
    private volatile boolean closed;

    /**
     * Connects with the first request, without a credential.
     *
     * @param server scheme, host and port count
     */
    public JdkTransport(URI server) {
        this(server, null);
    }

    /**
     * @param known connects with a credential; null for none
     */
    JdkTransport(URI server, @Nullable HttpClient known) {
        this.server = server;
        this.known = known;
    }

    /** What all clients have in common. */
    static HttpClient.Builder client() {
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(Duration.ofSeconds(10));
    }

    /** Created with the first request: agents on plain HTTP never start its threads. */
    private static final class Shared {
        static final HttpClient CLIENT = client().build();
    }

    @Override
    public HttpReply send(HttpCall call, @Nullable ChunkSink body) throws IOException {
        if (closed) {
            throw new IOException("the connection was closed on this side");
        }
        HttpResponse<Publisher<List<ByteBuffer>>> response = exchange(call);
        try (AnswerBody answer = new AnswerBody(call.patience())) {
            response.body().subscribe(answer);
            TextSink text = new TextSink();
            HttpReply head = new HttpReply(response.statusCode(), headers(response), "");
            answer.copyTo(HttpTransport.sinkFor(head, body, text));
            return head.withText(text.text());
        }
    }

    /** Sends a request and waits for the head of its answer, as long as anything moves. */
    private HttpResponse<Publisher<List<ByteBuffer>>> exchange(HttpCall call) throws IOException {
        AtomicLong movedNanos = new AtomicLong(System.nanoTime());
        HttpClient client = known == null ? Shared.CLIENT : known;
        CompletableFuture<HttpResponse<Publisher<List<ByteBuffer>>>> sent =
                client.sendAsync(request(call, movedNanos), BodyHandlers.ofPublisher());
        try {
            while (true) {
                long left = call.patience().toNanos() - (System.nanoTime() - movedNanos.get());
                if (left <= 0) {
                    throw AnswerBody.silence(call.patience());
                }
                try {
                    return sent.get(left, TimeUnit.NANOSECONDS);
                } catch (TimeoutException e) {
                    // What moved meanwhile decides.
                }
            }
        } catch (ExecutionException e) {
            throw failure(e.getCause() == null ? e : e.getCause());
        } catch (InterruptedException e) {
            throw AnswerBody.interrupted(e);
        } finally {
            sent.cancel(true);
        }
    }

    private IOException failure(Throwable cause) {
        Optional<String> handshake = HandshakeFailure.reason(cause);
        if (handshake.isPresent()) {
            return new HandshakeException(handshake.get(), cause);
        }
        if (cause instanceof ConnectException || cause instanceof HttpConnectTimeoutException) {
            return new IOException(
                    "%s; does a server%s run at %s?"
                            .formatted(
                                    ErrorText.of(cause),
                                    known == null ? "" : " with --credentials",
                                    server.getAuthority()),
                    cause);
        }
        String message = cause.getMessage();
        return new IOException(message == null ? cause.getClass().getSimpleName() : message, cause);
    }

    /** Lets the request in progress end; later ones are refused. */
    @Override
    public void close() {
        closed = true;
    }

    private HttpRequest request(HttpCall call, AtomicLong movedNanos) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(server.resolve(call.path()))
                        .method(call.method(), publisher(call, movedNanos));
        call.headers().forEach(request::header);
        return request.build();
    }

    private static BodyPublisher publisher(HttpCall call, AtomicLong movedNanos) {
        if (call.body().isEmpty()) {
            return BodyPublishers.noBody();
        }
        BodyPublisher stream =
                BodyPublishers.ofInputStream(() -> new ChunkStream(call.body(), movedNanos));
        return BodyPublishers.fromPublisher(stream, call.bodyBytes());
    }

    private static Map<String, String> headers(HttpResponse<?> response) {
        Map<String, String> headers = new HashMap<>();
        response.headers().map().forEach((name, values) -> headers.put(name, values.get(0)));
        return headers;
    }

    /** Reads chunks one after the other. */
    private static final class ChunkStream extends InputStream {
        private final List<ByteBuffer> chunks;
        private final AtomicLong movedNanos;
        private int current;

        /**
         * @param movedNanos told when something was read
         */
        ChunkStream(List<ByteBuffer> chunks, AtomicLong movedNanos) {
            this.chunks = chunks.stream().map(ByteBuffer::duplicate).toList();
            this.movedNanos = movedNanos;
        }

        @Override
        public int read() {
            return advance() ? chunks.get(current).get() & 0xff : -1;
        }

        @Override
        public int read(byte[] target, int offset, int length) {
            if (length > 0 && !advance()) {
                return -1;
            }
            int count = length == 0 ? 0 : Math.min(length, chunks.get(current).remaining());
            if (count > 0) {
                chunks.get(current).get(target, offset, count);
            }
            return count;
        }

        private boolean advance() {
            movedNanos.set(System.nanoTime());
            while (current < chunks.size() && !chunks.get(current).hasRemaining()) {
                current++;
            }
            return current < chunks.size();
        }
    }
}
