package dev.tributary.agent.http;

import dev.tributary.data.table.StatisticsFile;
import dev.tributary.parameters.HostTransfer.ChunkSink;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.URI;

/**
 * Sends requests to one server, one at a time.
 *
 * <p>Not thread-safe, but {@link #close()} may be called from another thread and ends the request
 * in progress with an exception. Requests must be repeatable: one that meets a connection which the
 * server closed while it was idle is sent again, unless its body is large.
 */
public interface HttpTransport extends AutoCloseable {
    /** From here on it pays to ask the server how much of a body it holds, before sending it. */
    long LARGE_BODY_BYTES = 1 << 20;

    /** The longest body that is kept as text, as statistics are; what is longer needs a sink. */
    int MAX_TEXT_BYTES = StatisticsFile.MAX_BYTES;

    /**
     * Sends a request and waits for the whole answer.
     *
     * @param body takes the body of a successful answer as it comes, and hears its head before if
     *     it is an {@link AnswerSink}; null to have it as text
     * @throws HandshakeException if there is none and will be none
     * @throws IOException if there is no connection, it breaks, or the server is silent for too
     *     long; what the sink throws passes through
     */
    HttpReply send(HttpCall call, @Nullable ChunkSink body) throws IOException;

    /** Closes the connection. */
    @Override
    void close();

    /** Where the body of an answer goes. */
    static ChunkSink sinkFor(HttpReply head, @Nullable ChunkSink wanted, ChunkSink text)
            throws IOException {
        if (wanted == null || !head.ok()) {
            return text;
        }
        if (wanted instanceof AnswerSink answer) {
            answer.begin(head);
        }
        return wanted;
    }

    /** To a server's URL as {@link ServerAddress#of(URI)} says. */
    static HttpTransport open(URI server) {
        return ServerAddress.of(server).open();
    }
}
