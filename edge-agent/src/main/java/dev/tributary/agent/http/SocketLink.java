package dev.tributary.agent.http;

import static java.nio.channels.SelectionKey.OP_CONNECT;
import static java.nio.channels.SelectionKey.OP_WRITE;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;

import javax.net.ssl.SSLEngine;

/**
 * A TCP connection that is read and written on the calling thread, with a limit to silence; as it
 * is, or by TLS.
 *
 * <p>It never blocks in a read or a write, only in its selector, which close and interruption end.
 */
final class SocketLink implements Closeable {
    private static final int INPUT_BYTES = 1 << 17;

    private final SocketChannel channel;
    private final Selector selector;
    private final SelectionKey key;
    private final ByteBuffer input = ByteBuffer.allocateDirect(INPUT_BYTES).limit(0);
    private ByteTransfer transfer;
    private boolean heard;

    private SocketLink(SocketAddress address, Duration patience) throws IOException {
        this.channel = SocketChannel.open();
        this.transfer = new PlainTransfer(channel);
        this.selector = channel.provider().openSelector();
        try {
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
            this.key = channel.register(selector, OP_CONNECT);
            channel.connect(address);
            while (!channel.finishConnect()) {
                await(OP_CONNECT, patience);
            }
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    /** Connects to the first address of the host that answers. */
    static SocketLink connect(String host, int port, Duration patience) throws IOException {
        IOException failure = null;
        for (InetAddress address : InetAddress.getAllByName(host)) {
            try {
                return new SocketLink(new InetSocketAddress(address, port), patience);
            } catch (IOException e) {
                if (failure != null) {
                    e.addSuppressed(failure);
                }
                failure = e;
            }
        }
        throw failure == null ? new IOException("host " + host + " has no address") : failure;
    }

    /**
     * Goes on by TLS.
     *
     * @param engine as a client, fresh
     */
    void secure(SSLEngine engine, Duration patience) throws IOException {
        TlsTransfer tls = new TlsTransfer(channel, engine);
        for (int wanted = tls.handshake(); wanted != 0; wanted = tls.handshake()) {
            await(wanted, patience);
        }
        transfer = tls;
    }

    /** What has come and was not consumed yet. */
    ByteBuffer input() {
        return input;
    }

    /** Whether anything has come since the last call of {@link #forget()}. */
    boolean heard() {
        return heard;
    }

    /** A new request begins. */
    void forget() {
        heard = false;
    }

    /**
     * Waits until there is input.
     *
     * @return false if the peer has closed its side and all is consumed
     */
    boolean fill(Duration patience) throws IOException {
        while (!input.hasRemaining()) {
            int count = receive();
            if (count < 0) {
                return false;
            }
            if (count == 0) {
                await(transfer.awaited(), patience);
            }
        }
        return true;
    }

    /**
     * Writes all bytes, unless the peer answers before it has them: then the rest is not wanted.
     *
     * @return whether all was written
     */
    boolean write(ByteBuffer[] chunks, Duration patience) throws IOException {
        while (!transfer.write(chunks)) {
            int ready = await(OP_WRITE | transfer.awaited(), patience);
            if ((ready & transfer.awaited()) != 0 && receive() != 0) {
                return endedEarly();
            }
        }
        return true;
    }

    @Override
    public void close() {
        try (selector;
                channel) {
            selector.wakeup();
        } catch (IOException e) {
            // It was to be closed, and nothing is left to be done with it.
        }
    }

    private boolean endedEarly() throws EOFException {
        if (!input.hasRemaining()) {
            throw new EOFException("the server closed the connection in the middle of a request");
        }
        return false;
    }

    private int receive() throws IOException {
        int count;
        try {
            count = transfer.read(input.clear());
        } finally {
            input.flip();
        }
        heard |= count > 0;
        return count;
    }

    /** Waits for one of the operations, and says which can go on; none after a close. */
    private int await(int operations, Duration patience) throws IOException {
        int ready = select(operations, patience);
        if (Thread.currentThread().isInterrupted()) {
            throw new InterruptedIOException("interrupted");
        }
        if (ready == 0 && selector.isOpen()) {
            String name = operations == OP_CONNECT ? "connect" : "answer";
            throw new SocketTimeoutException(
                    "%s time-out: no sign of life for %s s"
                            .formatted(name, patience.toMillis() / 1000.0));
        }
        return ready;
    }

    private int select(int operations, Duration patience) throws IOException {
        try {
            key.interestOps(operations);
            selector.selectedKeys().clear();
            return selector.select(Math.max(1, patience.toMillis())) == 0 ? 0 : key.readyOps();
        } catch (CancelledKeyException | ClosedSelectorException e) {
            EOFException closed = new EOFException("the connection was closed on this side");
            closed.initCause(e);
            throw closed;
        }
    }
}
