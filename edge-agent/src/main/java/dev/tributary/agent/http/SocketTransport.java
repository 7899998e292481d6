package dev.tributary.agent.http;

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

/**
 * Plain HTTP/1.1 over one connection, on the calling thread.
 *
 * <p>No thread of its own and no copy: bodies go from the sender's memory to the socket, and from
 * the socket through one buffer to the sink.
 */
public final class SocketTransport implements HttpTransport {
    private static final Duration CONNECT_PATIENCE = Duration.ofSeconds(10);
    private static final int DEFAULT_PORT = 80;

    private final String host;
    private final int port;
    private final String authority;
    private volatile @Nullable SocketLink link;
    private volatile boolean closed;

    /**
     * Connects with the first request.
     *
     * @param server scheme, host and port count
     */
    public SocketTransport(URI server) {
        String name = server.getHost();
        this.host = name.startsWith("[") ? name.substring(1, name.length() - 1) : name;
        this.port = server.getPort() < 0 ? DEFAULT_PORT : server.getPort();
        this.authority = server.getPort() < 0 ? name : name + ":" + port;
    }

    @Override
    public HttpReply send(HttpCall call, @Nullable ChunkSink body) throws IOException {
        if (Thread.currentThread().isInterrupted()) {
            throw new InterruptedIOException("interrupted");
        }
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

    @Override
    public void close() {
        closed = true;
        drop();
    }

    private SocketLink connect(Duration patience) throws IOException {
        Duration shorter = patience.compareTo(CONNECT_PATIENCE) < 0 ? patience : CONNECT_PATIENCE;
        SocketLink fresh = SocketLink.connect(host, port, shorter);
        link = fresh;
        if (closed) {
            drop();
            throw new EOFException("the connection was closed on this side");
        }
        return fresh;
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
        head.append(authority).append("\r\n");
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
