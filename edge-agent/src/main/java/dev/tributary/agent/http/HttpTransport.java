package dev.tributary.agent.http;

import dev.tributary.credentials.HandshakeFailure;
import dev.tributary.data.table.StatisticsFile;
import dev.tributary.parameters.HostTransfer.ChunkSink;

import org.jspecify.annotations.Nullable;

import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

import javax.net.ssl.SSLException;

/**
 * Sends requests to one server, one at a time: HTTP/1.1 over one connection, plain or by TLS, on
 * the calling thread.
 *
 * <p>No thread of its own and no copy: bodies go from the sender's memory to the socket, and from
 * the socket through one buffer to the sink. TLS alone encrypts into a buffer in between.
 *
 * <p>Not thread-safe, but {@link #close()} may be called from another thread and ends the request
 * in progress with an exception. Requests must be repeatable: one that meets a connection which the
 * server closed while it was idle is sent again, unless its body is large.
 */
public final class HttpTransport implements AutoCloseable {
    /** From here on it pays to ask the server how much of a body it holds, before sending it. */
    public static final long LARGE_BODY_BYTES = 1 << 20;

    /** The longest body that is kept as text, as statistics are; what is longer needs a sink. */
    static final int MAX_TEXT_BYTES = StatisticsFile.MAX_BYTES;

    private final Route route;
    private volatile @Nullable SocketLink link;
    private volatile boolean closed;

    /** Connects with the first request. */
    HttpTransport(Route route) {
        this.route = route;
    }

    /** To a server's URL as {@link ServerAddress#of(URI)} says. */
    public static HttpTransport open(URI server) {
        return ServerAddress.of(server).open();
    }

    /**
     * Sends a request and waits for the whole answer.
     *
     * @param body takes the body of a successful answer as it comes, and hears its head before if
     *     it is an {@link AnswerSink}; null to have it as text
     * @throws HandshakeException if there is none and will be none
     * @throws IOException if there is no connection, it breaks, or the server is silent for too
     *     long; what the sink throws passes through
     */
    public HttpReply send(HttpCall call, @Nullable ChunkSink body) throws IOException {
        if (Thread.currentThread().isInterrupted()) {
            throw new InterruptedIOException("interrupted");
        }
        try {
            return sendOnIdle(call, body);
        } catch (SSLException e) {
            Optional<String> reason = HandshakeFailure.reason(e);
            if (reason.isPresent()) {
                throw new HandshakeException(reason.get(), e);
            }
            throw e;
        }
    }

    /** Closes the connection. */
    @Override
    public void close() {
        closed = true;
        drop();
    }

    private HttpReply sendOnIdle(HttpCall call, @Nullable ChunkSink body) throws IOException {
        SocketLink idle = link;
        if (idle != null) {
            try {
                return exchange(idle, call, body);
            } catch (IOException e) {
                boolean large = call.bodyBytes() >= LARGE_BODY_BYTES;
                if (large || idle.heard() || closed || Thread.currentThread().isInterrupted()) {
                    throw e;
                }
                // The server closed it while it was idle; a fresh one tells how the server is.
            }
        }
        return exchange(connect(call.patience()), call, body);
    }

    private SocketLink connect(Duration patience) throws IOException {
        SocketLink fresh = route.dial(patience);
        // Before anything waits on it, so that closing ends that.
        link = fresh;
        boolean ready = false;
        try {
            if (closed) {
                throw new EOFException("the connection was closed on this side");
            }
            route.prepare(fresh, patience);
            ready = true;
            return fresh;
        } finally {
            if (!ready) {
                drop();
            }
        }
    }

    private HttpReply exchange(SocketLink to, HttpCall call, @Nullable ChunkSink body)
            throws IOException {
        boolean keep = false;
        try {
            to.forget();
            boolean whole = to.write(message(call), call.patience());
            ReplyReader reader = new ReplyReader(to, call.method(), call.patience());
            HttpReply reply = reader.read(body);
            keep = whole && reader.reusable();
            return reply;
        } finally {
            if (!keep) {
                drop();
            }
        }
    }

    private ByteBuffer[] message(HttpCall call) {
        ByteBuffer[] chunks = new ByteBuffer[call.body().size() + 1];
        chunks[0] = ByteBuffer.wrap(head(call).getBytes(StandardCharsets.ISO_8859_1));
        for (int i = 1; i < chunks.length; i++) {
            chunks[i] = call.body().get(i - 1).duplicate();
        }
        return chunks;
    }

    private String head(HttpCall call) {
        StringBuilder head = new StringBuilder(256);
        head.append(call.method()).append(' ').append(call.path()).append(" HTTP/1.1\r\nHost: ");
        head.append(route.authority()).append("\r\n");
        for (Map.Entry<String, String> header : call.headers().entrySet()) {
            head.append(header.getKey()).append(": ").append(header.getValue()).append("\r\n");
        }
        if (!call.body().isEmpty()) {
            head.append("Content-Length: ").append(call.bodyBytes()).append("\r\n");
        }
        return head.append("\r\n").toString();
    }

    private void drop() {
        SocketLink dropped = link;
        link = null;
        if (dropped != null) {
            dropped.close();
        }
    }
}
