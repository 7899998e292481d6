package dev.tributary.server.http;

import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.component.AbstractLifeCycle;
import org.eclipse.jetty.util.thread.Scheduler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Cuts connections that are never silent and never done: a head or a body that comes byte by byte,
 * an answer that is taken byte by byte.
 *
 * <p>Silence alone is the web server's affair. Here it is too slow to move less than {@value
 * #SLOWEST_BYTES_PER_SECOND} bytes a second, but some, for as long as a connection may be silent,
 * with no request begun or ended meanwhile. A request that waits for its answer moves nothing, and
 * is left alone.
 */
final class SlowConnections extends AbstractLifeCycle implements Connection.Listener, Runnable {
    static final int SLOWEST_BYTES_PER_SECOND = 1024;

    private static final Logger LOG = LoggerFactory.getLogger(SlowConnections.class);

    /** Slow in so many looks in a row, which together take the whole time-out. */
    private static final int LOOKS = 2;

    private final ServerConnector connector;
    private final Duration period;
    private final Map<Connection, Seen> connections = new ConcurrentHashMap<>();
    private volatile boolean closed;

    /** What a connection had done when it was last looked at. */
    private record Seen(long bytes, long messages, int slowLooks) {}

    /**
     * @param idle how long a connection may be slow, or silent
     */
    SlowConnections(ServerConnector connector, Duration idle) {
        this.connector = connector;
        this.period = idle.dividedBy(LOOKS);
    }

    @Override
    public void onOpened(Connection connection) {
        connections.put(connection, new Seen(0, 0, 0));
    }

    @Override
    public void onClosed(Connection connection) {
        connections.remove(connection);
    }

    @Override
    protected void doStart() {
        schedule();
    }

    @Override
    protected void doStop() {
        closed = true;
    }

    @Override
    public void run() {
        connections.forEach(this::look);
        schedule();
    }

    private void schedule() {
        if (!closed) {
            Scheduler.Task unused =
                    connector
                            .getScheduler()
                            .schedule(this, period.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void look(Connection connection, Seen before) {
        long bytes = connection.getBytesIn() + connection.getBytesOut();
        long messages = connection.getMessagesIn() + connection.getMessagesOut();
        long moved = bytes - before.bytes;
        boolean slow =
                messages == before.messages
                        && moved > 0
                        && moved < SLOWEST_BYTES_PER_SECOND * period.toMillis() / 1000.0;
        int looks = slow ? before.slowLooks + 1 : 0;
        if (looks >= LOOKS) {
            LOG.info(
                    "{}: expected at least {} bytes a second, found {} in {} s: closed (time-out"
                            + " \"idle\")",
                    connection.getEndPoint().getRemoteSocketAddress(),
                    SLOWEST_BYTES_PER_SECOND,
                    moved,
                    period.toMillis() / 1000.0);
            connection.getEndPoint().close();
            return;
        }
        connections.replace(connection, before, new Seen(bytes, messages, looks));
    }
}
