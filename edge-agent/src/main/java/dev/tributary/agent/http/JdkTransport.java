package dev.tributary.agent.http;

import dev.tributary.parameters.HostTransfer.ChunkSink;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** HTTP and HTTPS through the JDK's client, of which there is one for the whole process. */
public final class JdkTransport implements HttpTransport {
    private static final int BUFFER_BYTES = 1 << 16;

    private final URI server;
    private volatile boolean closed;

    /**
     * Connects with the first request.
     *
     * @param server scheme, host and port count
     */
    public JdkTransport(URI server) {
        this.server = server;
    }

    /** Created with the first request: agents on plain HTTP never start its threads. */
    private static final class Shared {
        static final HttpClient CLIENT =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .connectTimeout(Duration.ofSeconds(10))
                        .build();
    }

    @Override
    public HttpReply send(HttpCall call, @Nullable ChunkSink body) throws IOException {
        if (closed) {
            throw new IOException("the connection was closed on this side");
        }
        try {
            HttpResponse<InputStream> response =
                    Shared.CLIENT.send(request(call), BodyHandlers.ofInputStream());
            TextSink text = new TextSink();
            HttpReply head = new HttpReply(response.statusCode(), headers(response), "");
            copy(response.body(), HttpTransport.sinkFor(head, body, text));
            return head.withText(text.text());
        } catch (HttpTimeoutException e) {
            String name = e instanceof HttpConnectTimeoutException ? "connect" : "answer";
            throw new IOException(name + " time-out: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            InterruptedIOException interrupted = new InterruptedIOException("interrupted");
            interrupted.initCause(e);
            throw interrupted;
        }
    }

    /** Lets the request in progress end; later ones are refused. */
    @Override
    public void close() {
        closed = true;
    }

    private HttpRequest request(HttpCall call) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(server.resolve(call.path()))
                        .timeout(call.patience())
                        .method(call.method(), publisher(call));
        call.headers().forEach(request::header);
        return request.build();
    }

    private static BodyPublisher publisher(HttpCall call) {
        if (call.body().isEmpty()) {
            return BodyPublishers.noBody();
        }
        BodyPublisher stream = BodyPublishers.ofInputStream(() -> new ChunkStream(call.body()));
        return BodyPublishers.fromPublisher(stream, call.bodyBytes());
    }

    private static void copy(InputStream in, ChunkSink sink) throws IOException {
        byte[] buffer = new byte[BUFFER_BYTES];
        try (in) {
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                sink.accept(ByteBuffer.wrap(buffer, 0, count));
            }
        }
    }

    private static Map<String, String> headers(HttpResponse<?> response) {
        Map<String, String> headers = new HashMap<>();
        response.headers().map().forEach((name, values) -> headers.put(name, values.get(0)));
        return headers;
    }

    /** Reads chunks one after the other. */
    private static final class ChunkStream extends InputStream {
        private final List<ByteBuffer> chunks;
        private int current;

        ChunkStream(List<ByteBuffer> chunks) {
            this.chunks = chunks.stream().map(ByteBuffer::duplicate).toList();
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
            while (current < chunks.size() && !chunks.get(current).hasRemaining()) {
                current++;
            }
            return current < chunks.size();
        }
    }
}
