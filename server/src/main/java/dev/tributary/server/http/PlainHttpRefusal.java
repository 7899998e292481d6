package dev.tributary.server.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tributary.protocol.ErrorCode;
import dev.tributary.protocol.ErrorReply;
import dev.tributary.protocol.Json;
import dev.tributary.protocol.Paths;

import org.eclipse.jetty.io.AbstractConnection;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.AbstractConnectionFactory;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.util.Callback;

import java.nio.ByteBuffer;

/**
 * Answers whoever does not begin with TLS, most often with {@code http://} in a URL. The answer is
 * always the same: nothing that comes from a stranger is parsed.
 */
final class PlainHttpRefusal extends AbstractConnectionFactory {
    private static final byte[] ANSWER = answer();

    PlainHttpRefusal() {
        super("plain");
    }

    @Override
    public Connection newConnection(Connector connector, EndPoint endPoint) {
        return configure(new Refusing(connector, endPoint), connector, endPoint);
    }

    private static byte[] answer() {
        String body =
                Json.write(
                        new ErrorReply(
                                ErrorCode.BAD_REQUEST,
                                "expected https and a certificate, found http: the URL begins with"
                                        + " https://, and --credentials names the certificate"));
        return ("HTTP/1.1 400 Bad Request\r\nContent-Type: %s\r\nContent-Length: %d\r\n"
                        + "Connection: close\r\n\r\n%s")
                .formatted(Paths.JSON, body.getBytes(UTF_8).length, body)
                .getBytes(UTF_8);
    }

    private static final class Refusing extends AbstractConnection implements Connection.UpgradeTo {
        Refusing(Connector connector, EndPoint endPoint) {
            super(endPoint, connector.getExecutor());
        }

        @Override
        public void onUpgradeTo(ByteBuffer read) {
            // What was read to see that it is no TLS.
        }

        @Override
        public void onOpen() {
            super.onOpen();
            getEndPoint().write(Callback.from(this::close), ByteBuffer.wrap(ANSWER));
        }

        @Override
        public void onFillable() {
            close();
        }
    }
}
