package dev.tributary.server.http;

import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.RetainableByteBuffer;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.ssl.SslContextFactory;

import java.nio.ByteBuffer;

import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;

/**
 * TLS that moves several records with each call of the system, where the web server itself moves
 * one, of 16 kB: a model has thousands.
 */
final class TlsConnections extends SslConnectionFactory {
    private static final int RECORDS = 8;

    TlsConnections(SslContextFactory.Server context, String next) {
        super(context, next);
    }

    @Override
    protected SslConnection newSslConnection(
            Connector connector, EndPoint endPoint, SSLEngine engine) {
        return new ManyRecords(connector, endPoint, engine, getSslContextFactory());
    }

    /** Buffers for several records, where one for a single record is asked for. */
    private static final class Larger extends ByteBufferPool.Wrapper {
        Larger(ByteBufferPool pool) {
            super(pool);
        }

        @Override
        public RetainableByteBuffer.Mutable acquire(int size, boolean direct) {
            return super.acquire(RECORDS * size, direct);
        }
    }

    private static final class ManyRecords extends SslConnection {
        ManyRecords(
                Connector connector,
                EndPoint endPoint,
                SSLEngine engine,
                SslContextFactory.Server context) {
            super(
                    new Larger(connector.getByteBufferPool()),
                    connector.getExecutor(),
                    context,
                    endPoint,
                    engine);
        }

        @Override
        protected SSLEngineResult wrap(SSLEngine engine, ByteBuffer[] input, ByteBuffer output)
                throws SSLException {
            int record = engine.getSession().getPacketBufferSize();
            SSLEngineResult all = super.wrap(engine, input, output);
            while (moves(all) && !BufferUtil.isEmpty(input) && output.remaining() >= record) {
                SSLEngineResult next = super.wrap(engine, input, output);
                if (next.getStatus() != Status.OK) {
                    return all;
                }
                all = sum(all, next);
            }
            return all;
        }

        @Override
        protected SSLEngineResult unwrap(SSLEngine engine, ByteBuffer input, ByteBuffer output)
                throws SSLException {
            SSLEngineResult all = super.unwrap(engine, input, output);
            while (moves(all) && input.hasRemaining()) {
                SSLEngineResult next = super.unwrap(engine, input, output);
                if (next.getStatus() != Status.OK) {
                    // Told again when there is more, or more room, or when the connection ends.
                    return all;
                }
                all = sum(all, next);
            }
            return all;
        }

        /** Whether it was data, behind which there may be more. */
        private static boolean moves(SSLEngineResult result) {
            return result.getStatus() == Status.OK
                    && result.getHandshakeStatus() == HandshakeStatus.NOT_HANDSHAKING
                    && result.bytesProduced() > 0;
        }

        private static SSLEngineResult sum(SSLEngineResult first, SSLEngineResult second) {
            return new SSLEngineResult(
                    second.getStatus(),
                    second.getHandshakeStatus(),
                    first.bytesConsumed() + second.bytesConsumed(),
                    first.bytesProduced() + second.bytesProduced());
        }
    }
}
