package dev.tributary.server.http;

import dev.tributary.credentials.HandshakeFailure;

import org.eclipse.jetty.io.ssl.SslHandshakeListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** Tells who was refused by TLS and why; of many at the same time, one a second. */
final class FailedHandshakes implements SslHandshakeListener {
    private static final Logger LOG = LoggerFactory.getLogger(FailedHandshakes.class);
    private static final long PAUSE_NANOS = Duration.ofSeconds(1).toNanos();

    private final AtomicLong toldNanos = new AtomicLong(System.nanoTime() - PAUSE_NANOS);

    @Override
    public void handshakeFailed(Event event, Throwable failure) {
        long now = System.nanoTime();
        long before = toldNanos.get();
        if (now - before >= PAUSE_NANOS && toldNanos.compareAndSet(before, now)) {
            LOG.warn(
                    "{}: refused: {}",
                    event.getEndPoint().getRemoteSocketAddress(),
                    Ids.line(HandshakeFailure.reason(failure).orElse(failure.getMessage() + "")));
        }
    }
}
