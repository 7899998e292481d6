package dev.tributary.server.http;

import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.Callback;

import java.time.Duration;

/**
 * Reads and forgets what is left of a request whose answer is written.
 *
 * <p>Closing at once would reset the connection, and a client in the middle of sending would see
 * that instead of the answer. Ends after so many bytes or seconds; then the connection is closed.
 */
final class Drain implements Runnable {
    private static final long MAX_BYTES = 1L << 30;
    private static final long MAX_NANOS = Duration.ofSeconds(10).toNanos();

    private final Request request;
    private final Callback done;
    private final long startNanos = System.nanoTime();
    private long drained;

    Drain(Request request, Callback done) {
        this.request = request;
        this.done = done;
    }

    @Override
    public void run() {
        while (drained <= MAX_BYTES && System.nanoTime() - startNanos <= MAX_NANOS) {
            Content.Chunk chunk = request.read();
            if (chunk == null) {
                request.demand(this);
                return;
            }
            if (Content.Chunk.isFailure(chunk)) {
                break;
            }
            boolean last = chunk.isLast();
            drained += chunk.remaining();
            chunk.release();
            if (last) {
                break;
            }
        }
        done.succeeded();
    }
}
