package dev.tributary.server.http;

import dev.tributary.credentials.HandshakeFailure;

import org.eclipse.jetty.io.ssl.SslHandshakeListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

import javax.net.ssl.SSLException;

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
                    Ids.line(reason(failure)));
        }
    }

    /** A peer that refuses this side's certificate may be gone before its alert is read. */
    static String reason(Throwable failure) {
        return HandshakeFailure.reason(failure)
                .orElse(
                        isBroken(failure)
                                ? "the peer ended the handshake; its own log says why"
                                : String.valueOf(failure.getMessage()));
    }

    /** Jetty makes a failed handshake of all that ends one, and keeps what it was as the cause. */
    private static boolean isBroken(Throwable failure) {
        Throwable first = failure.getCause() == null ? failure : failure.getCause();
        return first instanceof IOException && !(first instanceof SSLException);
    }
}
