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
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;

/** TLS 1.3 exchanges its keys in the middle of a long connection, which no body notices. */
@Timeout(60)
class TlsTransferTest {
    /** More than the sockets of both sides hold. */
    private final byte[] body = new byte[16 << 20];

    private final CompletableFuture<Void> full = new CompletableFuture<>();
    private final CompletableFuture<Void> heard = new CompletableFuture<>();
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
        transfer = new TlsTransfer(socket, engine);
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
            full.join();
            // From here on other keys, in both directions.
            peer.startHandshake();
            heard.join();
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
        assertThat(transfer.write(chunks)).isFalse();
        full.complete(null);
        await(OP_READ);
        // The answer has no room behind what was written.
        assertThat(transfer.read(ByteBuffer.allocate(100))).isZero();
        assertThat(transfer.awaited()).isEqualTo(OP_WRITE);
        heard.complete(null);
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
}
