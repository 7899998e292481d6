package dev.tributary.server.http;

import dev.tributary.protocol.ErrorCode;

import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Tells clients that there are too many: while more connections are open than may be, whoever asks
 * next hears {@link ErrorCode#BUSY}, and its connection ends.
 *
 * <p>Those that are too many need a place to hear that in. Of these there are few, so that
 * connections on which nothing is ever asked fill them at most, and not the process's file
 * descriptors; the next ones wait to be accepted.
 */
final class ConnectionLimit extends Handler.Wrapper {
    private static final Logger LOG = LoggerFactory.getLogger(ConnectionLimit.class);
    private static final int MORE_AT_MOST = 64;

    private final ServerConnector connector;
    private final int maximum;
    private final AtomicBoolean told = new AtomicBoolean();

    ConnectionLimit(Handler handler, ServerConnector connector, int maximum) {
        super(handler);
        this.connector = connector;
        this.maximum = maximum;
        int accepted = (int) Math.min(Integer.MAX_VALUE, (long) maximum + MORE_AT_MOST);
        installBean(new NetworkConnectionLimit(accepted, connector));
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        if (connector.getConnectedEndPoints().size() <= maximum) {
            return super.handle(request, response, callback);
        }
        if (!told.getAndSet(true)) {
            LOG.warn("more than {} connections: some clients are asked to come later", maximum);
        }
        response.getHeaders().put(HttpHeader.CONNECTION, "close");
        new Exchange(request, response, callback, Map.of())
                .error(
                        ErrorCode.BUSY,
                        "expected at most %d connections, found more".formatted(maximum));
        return true;
    }
}
