package dev.tributary.agent.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.CRC32C;

/** Against the JDK's own server. */
@ParameterizedClass
@EnumSource
class HttpTransportTest {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Scheme scheme;
    private final AtomicReference<byte[]> received = new AtomicReference<>(new byte[0]);
    private final AtomicReference<String> header = new AtomicReference<>("");
    private final byte[] model = randomBytes(3_000_001);
    private final CountDownLatch end = new CountDownLatch(1);
    private HttpServer server;
    private URI uri;

    HttpTransportTest(Scheme scheme) {
        this.scheme = scheme;
    }

    @BeforeEach
    void start() throws IOException {
        server = scheme.server();
        server.createContext(
                "/model",
                exchange -> {
                    exchange.sendResponseHeaders(200, model.length);
                    exchange.getResponseBody().write(model);
                    exchange.close();
                });
        server.createContext(
                "/chunked",
                exchange -> {
                    exchange.sendResponseHeaders(200, 0);
                    exchange.getResponseBody().write(model);
                    exchange.close();
                });
        server.createContext(
                "/upload",
                exchange -> {
                    received.set(exchange.getRequestBody().readAllBytes());
                    header.set(exchange.getRequestHeaders().getFirst("Some-Header"));
                    byte[] reply = "got it".getBytes(StandardCharsets.UTF_8);
                    exchange.getResponseHeaders().set("Other-Header", "value");
                    exchange.sendResponseHeaders(200, reply.length);
                    exchange.getResponseBody().write(reply);
                    exchange.close();
                });
        server.createContext(
                "/empty",
                exchange -> {
                    exchange.sendResponseHeaders(204, -1);
                    exchange.close();
                });
        server.createContext(
                "/silent",
                exchange -> {
                    exchange.sendResponseHeaders(200, model.length);
                    exchange.getResponseBody().write(model, 0, 10);
                    exchange.getResponseBody().flush();
                    pause(10_000);
                    exchange.close();
                });
        server.createContext(
                "/slow",
                exchange -> {
                    while (exchange.getRequestBody().readNBytes(512 << 10).length > 0) {
                        pause(40);
                    }
                    exchange.sendResponseHeaders(204, -1);
                    exchange.close();
                });
        server.start();
        uri = scheme.uri(server.getAddress().getPort());
    }

    @AfterEach
    void stop() {
        end.countDown();
        server.stop(0);
    }

    /** Until the test ends, at most. */
    private void pause(long millis) throws IOException {
        try {
            boolean unused = end.await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    @Test
    void bodyThatStopsInTheMiddleEndsByATimeOutThatIsNamed() {
        HttpCall call = HttpCall.get("/silent", Duration.ofMillis(300));
        try (HttpTransport transport = scheme.open(uri)) {
            assertThatThrownBy(() -> transport.send(call, chunk -> {}))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("answer time-out");
        }
    }

    @Test
    void uploadMayTakeLongerThanSilenceIsBorneAsLongAsItMoves() throws IOException {
        // 64 pieces, each of which may come later than it should by many times its pause.
        ByteBuffer body = ByteBuffer.allocate(32 << 20);
        HttpCall call =
                new HttpCall("PUT", "/slow", Map.of(), List.of(body), Duration.ofSeconds(2));
        try (HttpTransport transport = scheme.open(uri)) {
            assertThat(transport.send(call, null).status()).isEqualTo(204);
        }
    }

    @Test
    void bodyArrivesWholeInChunks() throws IOException {
        try (HttpTransport transport = scheme.open(uri)) {
            assertThat(fetch(transport, "/model")).isEqualTo(model);
            assertThat(fetch(transport, "/chunked")).isEqualTo(model);
        }
    }

    @Test
    void bodyOfSeveralChunksIsSentWhole() throws IOException {
        ByteBuffer direct = ByteBuffer.allocateDirect(model.length).put(model).flip();
        List<ByteBuffer> chunks =
                List.of(
                        ByteBuffer.wrap(new byte[] {1, 2, 3}),
                        ByteBuffer.allocate(0),
                        direct.slice(0, 1_000_000),
                        direct.slice(1_000_000, model.length - 1_000_000));
        HttpCall call =
                new HttpCall("PUT", "/upload", Map.of("Some-Header", "x"), chunks, PATIENCE);
        try (HttpTransport transport = scheme.open(uri)) {
            for (int i = 0; i < 2; i++) {
                HttpReply reply = transport.send(call, null);

                assertThat(reply.text()).isEqualTo("got it");
                assertThat(reply.header("other-HEADER")).contains("value");
                assertThat(header.get()).isEqualTo("x");
                assertThat(received.get()).hasSize(model.length + 3);
                assertThat(crc(received.get(), 3)).isEqualTo(crc(model, 0));
            }
        }
    }

    @Test
    void answerWithoutBodyIsEmpty() throws IOException {
        try (HttpTransport transport = scheme.open(uri)) {
            HttpReply reply = transport.send(HttpCall.get("/empty", PATIENCE), null);
            assertThat(reply.status()).isEqualTo(204);
            assertThat(reply.text()).isEmpty();
        }
    }

    @Test
    void bodyOfFailureIsTextAndNotForTheSink() throws IOException {
        try (HttpTransport transport = scheme.open(uri)) {
            HttpReply reply =
                    transport.send(
                            HttpCall.get("/nowhere", PATIENCE),
                            chunk -> {
                                throw new AssertionError("the sink got the body of a failure");
                            });
            assertThat(reply.status()).isEqualTo(404);
            assertThat(reply.text()).contains("404");
        }
    }

    @Test
    void sinkThatThrowsLeavesTheTransportUsable() throws IOException {
        try (HttpTransport transport = scheme.open(uri)) {
            assertThatThrownBy(
                            () ->
                                    transport.send(
                                            HttpCall.get("/model", PATIENCE),
                                            chunk -> {
                                                throw new IllegalStateException("enough");
                                            }))
                    .hasMessage("enough");
            assertThat(fetch(transport, "/model")).isEqualTo(model);
        }
    }

    @Test
    void closedTransportRefuses() {
        HttpTransport transport = scheme.open(uri);
        transport.close();
        assertThatThrownBy(() -> fetch(transport, "/model")).isInstanceOf(IOException.class);
    }

    @Test
    void serverThatIsNotThereIsAnIoException() {
        server.stop(0);
        try (HttpTransport transport = scheme.open(uri)) {
            assertThatThrownBy(() -> fetch(transport, "/model")).isInstanceOf(IOException.class);
        }
    }

    private static byte[] fetch(HttpTransport transport, String path) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        HttpReply reply =
                transport.send(
                        HttpCall.get(path, PATIENCE),
                        chunk -> {
                            byte[] copy = new byte[chunk.remaining()];
                            chunk.get(copy);
                            bytes.write(copy, 0, copy.length);
                        });
        assertThat(reply.status()).isEqualTo(200);
        return bytes.toByteArray();
    }

    private static long crc(byte[] bytes, int from) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, from, bytes.length - from);
        return crc.getValue();
    }

    private static byte[] randomBytes(int count) {
        byte[] bytes = new byte[count];
        new SplittableRandom(1).nextBytes(bytes);
        return bytes;
    }
}
