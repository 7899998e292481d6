package dev.tributary.agent.http;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.channels.SelectionKey.OP_READ;
import static java.nio.channels.SelectionKey.OP_WRITE;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;

/** TLS 1.3 exchanges its keys in the middle of a long connection, which no body notices. */
@Timeout(60)
class TlsTransferTest {
    private final byte[] body = new byte[1 << 18];
    private final CompletableFuture<Void> written = new CompletableFuture<>();
    private final Valve valve = new Valve();
    private ServerSocket listener;
    private CompletableFuture<byte[]> received;
    private SocketChannel socket;
    private Selector selector;
    private TlsTransfer transfer;

    @BeforeEach
    void connect() throws IOException {
        new Random(1).nextBytes(body);
        listener = Scheme.HTTPS.listener();
        received = CompletableFuture.supplyAsync(this::changeKeysThenReceive);
        socket = SocketChannel.open(listener.getLocalSocketAddress());
        socket.configureBlocking(false);
        selector = Selector.open();
        socket.register(selector, 0);
        SSLEngine engine = Scheme.AGENT.tls().createSSLEngine("localhost", 0);
        engine.setUseClientMode(true);
        transfer = new TlsTransfer(valve, engine);
        for (int wanted = transfer.handshake(); wanted != 0; wanted = transfer.handshake()) {
            await(wanted);
        }
    }

    @AfterEach
    void close() throws IOException {
        selector.close();
        socket.close();
        listener.close();
    }

    private byte[] changeKeysThenReceive() {
        try (SSLSocket peer = (SSLSocket) listener.accept()) {
            peer.startHandshake();
            written.join();
            // From here on other keys, in both directions.
            peer.startHandshake();
            return peer.getInputStream().readNBytes(body.length);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void await(int operations) throws IOException {
        socket.keyFor(selector).interestOps(operations);
        selector.selectedKeys().clear();
        selector.select();
    }

    @Test
    void newKeysAreAnsweredWhenThereIsRoom() throws IOException {
        ByteBuffer[] chunks = {ByteBuffer.wrap(body)};
        valve.shut = true;
        assertThat(transfer.write(chunks)).isFalse();
        written.complete(null);
        // A ticket for the next session comes first, and then the keys, whose answer has no room.
        while (transfer.awaited() != OP_WRITE) {
            await(OP_READ);
            assertThat(transfer.read(ByteBuffer.allocate(100))).isZero();
        }
        valve.shut = false;
        while (!transfer.write(chunks)) {
            await(OP_WRITE);
        }
        assertThat(received.join()).isEqualTo(body);
        int end = transfer.read(ByteBuffer.allocate(100));
        while (end == 0) {
            await(transfer.awaited());
            end = transfer.read(ByteBuffer.allocate(100));
        }
        assertThat(end).isEqualTo(-1);
    }

    /** The socket, which may be full. */
    private final class Valve implements ByteChannel {
        private boolean shut;

        @Override
        public int read(ByteBuffer target) throws IOException {
            return socket.read(target);
        }

        @Override
        public int write(ByteBuffer source) throws IOException {
            return shut ? 0 : socket.write(source);
        }

        @Override
        public boolean isOpen() {
            return socket.isOpen();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
