package dev.tributary.agent.http;

import static java.nio.channels.SelectionKey.OP_READ;
import static java.nio.channels.SelectionKey.OP_WRITE;

import tlschannel.ClientTlsChannel;
import tlschannel.HeapBufferAllocator;
import tlschannel.NeedsReadException;
import tlschannel.NeedsWriteException;
import tlschannel.TlsChannel;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;

import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;

/** Bytes by TLS, all work on the calling thread. */
final class TlsTransfer implements ByteTransfer {
    private static final int RECORD_BYTES = 1 << 14;

    private final TlsChannel channel;
    private int awaited = OP_READ;

    /**
     * @param socket reads and writes without waiting
     * @param engine as a client, fresh
     */
    TlsTransfer(ByteChannel socket, SSLEngine engine) {
        channel =
                ClientTlsChannel.newBuilder(socket, engine)
                        // On the heap Java's AES reaches the bytes without a copy of its own.
                        .withEncryptedBufferAllocator(new HeapBufferAllocator())
                        .withPlainBufferAllocator(new HeapBufferAllocator())
                        .build();
    }

    /**
     * Brings the handshake as far as it goes without waiting; to be called until it is over.
     *
     * @return what it waits for, of {@link java.nio.channels.SelectionKey}; 0 when it is over
     */
    int handshake() throws IOException {
        try {
            channel.handshake();
            return 0;
        } catch (NeedsReadException e) {
            return OP_READ;
        } catch (NeedsWriteException e) {
            return OP_WRITE;
        }
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        int start = target.position();
        awaited = OP_READ;
        try {
            while (target.hasRemaining()) {
                int count = channel.read(target);
                if (count < 0) {
                    return target.position() > start ? target.position() - start : end();
                }
            }
        } catch (NeedsReadException e) {
            // No more has come.
        } catch (NeedsWriteException e) {
            // New keys have come, whose answer has no room behind what is being sent.
            awaited = OP_WRITE;
        }
        return target.position() - start;
    }

    @Override
    public int awaited() {
        return awaited;
    }

    private int end() throws EOFException {
        if (!channel.shutdownReceived()) {
            throw new EOFException("the connection was cut, with no end of TLS");
        }
        return -1;
    }

    @Override
    public boolean write(ByteBuffer[] chunks) throws IOException {
        try {
            channel.write(chunks);
            return true;
        } catch (NeedsWriteException | NeedsReadException e) {
            return false;
        } catch (IOException e) {
            throw reason(e);
        }
    }

    /** A server that ends a connection has said why, which may not have been read yet. */
    private IOException reason(IOException failure) {
        try {
            int unused = read(ByteBuffer.allocate(RECORD_BYTES));
        } catch (SSLException e) {
            e.addSuppressed(failure);
            return e;
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
        return failure;
    }
}
