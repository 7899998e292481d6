package dev.tributary.agent.http;

import static java.nio.channels.SelectionKey.OP_READ;
import static java.nio.channels.SelectionKey.OP_WRITE;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;

/**
 * Bytes by TLS: several records for each call of the system, and all work on the calling thread.
 *
 * <p>Encrypted bytes are on the heap, where Java's AES reaches them without a copy of its own.
 */
final class TlsTransfer implements ByteTransfer {
    private static final int RECORDS = 8;
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final SocketChannel channel;
    private final SSLEngine engine;
    private final ByteBuffer received;
    private final ByteBuffer toSend;

    /**
     * @param engine as a client, fresh
     */
    TlsTransfer(SocketChannel channel, SSLEngine engine) throws SSLException {
        this.channel = channel;
        this.engine = engine;
        int bytes = RECORDS * engine.getSession().getPacketBufferSize();
        this.received = ByteBuffer.allocate(bytes).limit(0);
        this.toSend = ByteBuffer.allocate(bytes).limit(0);
        engine.beginHandshake();
    }

    /**
     * Brings the handshake as far as it goes without waiting; to be called until it is over.
     *
     * @return what it waits for, of {@link java.nio.channels.SelectionKey}; 0 when it is over
     */
    int handshake() throws IOException {
        try {
            if (read(NOTHING) < 0) {
                throw new EOFException("the server ended the connection before it was secure");
            }
        } catch (SSLException e) {
            tellWhy(e);
            throw e;
        }
        if (!flush()) {
            return OP_WRITE;
        }
        return engine.getHandshakeStatus() == HandshakeStatus.NOT_HANDSHAKING ? 0 : OP_READ;
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        int start = target.position();
        while (decrypt(target)) {
            int decrypted = target.position() - start;
            if (decrypted > 0) {
                return decrypted;
            }
            int count = receive();
            if (count == 0) {
                return 0;
            }
            if (count < 0) {
                throw new EOFException("the connection was cut, with no end of TLS");
            }
        }
        return target.position() > start ? target.position() - start : -1;
    }

    @Override
    public boolean write(ByteBuffer[] chunks) throws IOException {
        try {
            while (flush()) {
                if (!anyRemaining(chunks)) {
                    return true;
                }
                encrypt(chunks);
            }
            return false;
        } catch (IOException e) {
            throw reason(e);
        }
    }

    private int receive() throws IOException {
        try {
            return channel.read(received.compact());
        } finally {
            received.flip();
        }
    }

    /**
     * Takes whole records as far as there is room for them, and answers those that want it.
     *
     * @return false if the server has said that no more will come
     */
    private boolean decrypt(ByteBuffer target) throws SSLException {
        while (true) {
            answer();
            SSLEngineResult result = engine.unwrap(received, target);
            if (result.getStatus() == Status.CLOSED) {
                return false;
            }
            if (result.getStatus() != Status.OK || result.bytesConsumed() == 0) {
                return true;
            }
        }
    }

    /**
     * Does what a handshake, or a change of keys, wants of this side; what is to be sent for it
     * goes with the next request, or the handshake waits for it.
     */
    private void answer() throws SSLException {
        HandshakeStatus wanted = engine.getHandshakeStatus();
        while (wanted == HandshakeStatus.NEED_TASK || wanted == HandshakeStatus.NEED_WRAP) {
            if (wanted == HandshakeStatus.NEED_TASK) {
                engine.getDelegatedTask().run();
            } else if (wrap(NOTHING).getStatus() != Status.OK) {
                return;
            }
            wanted = engine.getHandshakeStatus();
        }
    }

    private void encrypt(ByteBuffer[] chunks) throws IOException {
        SSLEngineResult result;
        do {
            result = wrap(chunks);
        } while (result.bytesProduced() > 0 && anyRemaining(chunks));
        if (!toSend.hasRemaining()) {
            throw new EOFException("the server ended TLS, or began it anew, during a request");
        }
    }

    /** Appends to what is to be sent. */
    private SSLEngineResult wrap(ByteBuffer... chunks) throws SSLException {
        int start = toSend.hasRemaining() ? toSend.position() : 0;
        int end = toSend.hasRemaining() ? toSend.limit() : 0;
        toSend.limit(toSend.capacity()).position(end);
        try {
            return engine.wrap(chunks, toSend);
        } finally {
            toSend.limit(toSend.position()).position(start);
        }
    }

    /** Whether all that is encrypted has gone. */
    private boolean flush() throws IOException {
        while (toSend.hasRemaining()) {
            if (channel.write(toSend) == 0) {
                return false;
            }
        }
        return true;
    }

    /** The server's log is to tell of a failure, too. */
    private void tellWhy(SSLException failure) {
        try {
            SSLEngineResult alert = wrap(NOTHING);
            boolean unused = alert.bytesProduced() > 0 && flush();
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    /** A server that ends a connection has said why, which may not have been read yet. */
    private IOException reason(IOException failure) {
        try {
            int unused = read(ByteBuffer.allocate(engine.getSession().getApplicationBufferSize()));
        } catch (SSLException e) {
            e.addSuppressed(failure);
            return e;
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
        return failure;
    }

    private static boolean anyRemaining(ByteBuffer[] chunks) {
        for (ByteBuffer chunk : chunks) {
            if (chunk.hasRemaining()) {
                return true;
            }
        }
        return false;
    }
}
