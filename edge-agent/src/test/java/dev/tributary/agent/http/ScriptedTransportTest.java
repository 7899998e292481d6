package dev.tributary.agent.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.tributary.protocol.Checksum;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ProtocolException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

/** What a transport has to cope with. */
@ParameterizedClass
@EnumSource
@Timeout(60)
class ScriptedTransportTest {
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    private static final String TOO_LARGE =
            "HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\n\r\nbig";
    private static final HttpCall GET = HttpCall.get("/x", Duration.ofSeconds(10));

    private final Scheme scheme;

    ScriptedTransportTest(Scheme scheme) {
        this.scheme = scheme;
    }

    @Test
    void connectionServesManyRequests() throws IOException {
        try (ScriptedServer server =
                        new ScriptedServer(scheme, ScriptedServer.answers(OK, OK, OK));
                HttpTransport transport = scheme.open(server.uri())) {
            for (int i = 0; i < 3; i++) {
                assertThat(transport.send(GET, null).text()).isEqualTo("ok");
            }
            assertThat(server.heads()).hasSize(3);
        }
    }

    @Test
    void textThatChangedOnTheWayIsNoAnswer() throws IOException {
        String head = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTributary-CRC32C: %s\r\n\r\n";
        String sum = Checksum.of(ByteBuffer.wrap("ok".getBytes(StandardCharsets.UTF_8)));
        String good = head.formatted(sum) + "ok";
        String bad = head.formatted(sum) + "oj";
        try (ScriptedServer server =
                        new ScriptedServer(
                                scheme,
                                ScriptedServer.answers(good, bad),
                                ScriptedServer.answers(good));
                HttpTransport transport = scheme.open(server.uri())) {
            assertThat(transport.send(GET, null).text()).isEqualTo("ok");
            assertThatThrownBy(() -> transport.send(GET, null))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("arrived spoiled: expected CRC-32C " + sum);
            assertThat(transport.send(GET, null).text()).isEqualTo("ok");
        }
    }

    @Test
    void requestThatMeetsAnIdleConnectionClosedByTheServerIsSentAgain() throws IOException {
        try (ScriptedServer server =
                        new ScriptedServer(
                                scheme, ScriptedServer.answers(OK), ScriptedServer.answers(OK));
                HttpTransport transport = scheme.open(server.uri())) {
            transport.send(GET, null);
            assertThat(transport.send(GET, null).text()).isEqualTo("ok");
        }
    }

    @Test
    void connectionIsLeftWhereTheServerSaysSo() throws IOException {
        String last = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nno";
        try (ScriptedServer server =
                        new ScriptedServer(
                                scheme, ScriptedServer.answers(last), ScriptedServer.answers(OK));
                HttpTransport transport = scheme.open(server.uri())) {
            assertThat(transport.send(GET, null).text()).isEqualTo("no");
            assertThat(transport.send(GET, null).text()).isEqualTo("ok");
        }
    }

    @Test
    void bodyWithoutLengthLastsUntilTheEnd() throws IOException {
        try (ScriptedServer server =
                        new ScriptedServer(
                                scheme,
                                ScriptedServer.answers("HTTP/1.1 200 OK\r\n\r\nall of it"));
                HttpTransport transport = scheme.open(server.uri())) {
            assertThat(transport.send(GET, null).text()).isEqualTo("all of it");
        }
    }

    @Test
    void chunksMayHaveExtensionsAndTrailers() throws IOException {
        String reply =
                """
                HTTP/1.1 100 Continue

                HTTP/1.1 200 OK
                Transfer-Encoding: chunked

                3;a=b
                abc
                A
                0123456789
                0
                Trailer: x

                """
                        .replace("\n", "\r\n");
        try (ScriptedServer server = new ScriptedServer(scheme, ScriptedServer.answers(reply, OK));
                HttpTransport transport = scheme.open(server.uri())) {
            assertThat(transport.send(GET, null).text()).isEqualTo("abc0123456789");
            assertThat(transport.send(GET, null).text()).isEqualTo("ok");
        }
    }

    @Test
    void refusalInTheMiddleOfAnUploadIsRead() throws IOException {
        CountDownLatch answered = new CountDownLatch(1);
        ByteBuffer body = ByteBuffer.allocateDirect(64 << 20);
        HttpCall upload =
                new HttpCall("PUT", "/x", Map.of(), List.of(body), Duration.ofSeconds(10));
        try (ScriptedServer server =
                        new ScriptedServer(
                                scheme,
                                (self, connection) -> {
                                    self.readHead(connection.getInputStream());
                                    ScriptedServer.write(connection, TOO_LARGE);
                                    await(answered);
                                });
                HttpTransport transport = scheme.open(server.uri())) {
            HttpReply reply = transport.send(upload, null);
            answered.countDown();

            assertThat(reply.status()).isEqualTo(413);
            assertThat(reply.text()).isEqualTo("big");
        }
    }

    @Test
    void answerThatEndsEarlyIsToldWithWhatIsMissing() throws IOException {
        String cut = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc";
        try (ScriptedServer server = new ScriptedServer(scheme, ScriptedServer.answers(cut));
                HttpTransport transport = scheme.open(server.uri())) {
            assertThatThrownBy(() -> transport.send(GET, null))
                    .isInstanceOf(EOFException.class)
                    .hasMessageContaining("7 bytes before the end");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SSH-2.0-OpenSSH_9.2\r\n",
                "HTTP/1.1 999 Odd\r\n\r\n",
                "HTTP/1.1 200 OK\r\nno header\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n",
            })
    void whatIsNoHttpIsAProtocolException(String reply) throws IOException {
        try (ScriptedServer server = new ScriptedServer(scheme, ScriptedServer.answers(reply));
                HttpTransport transport = scheme.open(server.uri())) {
            assertThatThrownBy(() -> transport.send(GET, null))
                    .isInstanceOf(ProtocolException.class)
                    .hasMessageStartingWith("expected");
        }
    }

    @Test
    void headWithoutEndIsRefusedBeforeItFillsMemory() throws IOException {
        String endless = "HTTP/1.1 200 OK\r\nX: " + "x".repeat(100_000);
        try (ScriptedServer server = new ScriptedServer(scheme, ScriptedServer.answers(endless));
                HttpTransport transport = scheme.open(server.uri())) {
            assertThatThrownBy(() -> transport.send(GET, null))
                    .isInstanceOf(ProtocolException.class)
                    .hasMessageContaining("at most 65536 bytes");
        }
    }

    @Test
    void silenceEndsWithPatience() throws IOException {
        CountDownLatch over = new CountDownLatch(1);
        try (ScriptedServer server =
                        new ScriptedServer(
                                scheme,
                                (self, connection) -> {
                                    self.readHead(connection.getInputStream());
                                    await(over);
                                });
                HttpTransport transport = scheme.open(server.uri())) {
            assertThatThrownBy(
                            () -> transport.send(HttpCall.get("/x", Duration.ofMillis(50)), null))
                    .isInstanceOf(SocketTimeoutException.class)
                    .hasMessageContaining("0.05 s");
            over.countDown();
        }
    }

    @Test
    void interruptedThreadSendsNothing() throws IOException {
        try (ScriptedServer server = new ScriptedServer(scheme);
                HttpTransport transport = scheme.open(server.uri())) {
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> transport.send(GET, null))
                    .isInstanceOf(InterruptedIOException.class);
            assertThat(Thread.interrupted()).isTrue();
            assertThat(server.heads()).isEmpty();
        }
    }

    @Test
    void interruptionEndsTheWait() throws IOException {
        Thread waiting = Thread.currentThread();
        CountDownLatch over = new CountDownLatch(1);
        try (ScriptedServer server =
                        new ScriptedServer(
                                scheme,
                                (self, connection) -> {
                                    self.readHead(connection.getInputStream());
                                    waiting.interrupt();
                                    await(over);
                                });
                HttpTransport transport = scheme.open(server.uri())) {
            assertThatThrownBy(() -> transport.send(GET, null))
                    .isInstanceOf(InterruptedIOException.class);
            assertThat(Thread.interrupted()).isTrue();
            over.countDown();
        }
    }

    @Test
    void closeFromAnotherThreadEndsTheWaitForAnAnswer() throws IOException {
        assertEndedByClose(GET);
    }

    @Test
    void closeFromAnotherThreadEndsAnUploadThatNobodyTakes() throws IOException {
        ByteBuffer body = ByteBuffer.allocateDirect(64 << 20);
        assertEndedByClose(
                new HttpCall("PUT", "/x", Map.of(), List.of(body), Duration.ofSeconds(10)));
    }

    private void assertEndedByClose(HttpCall call) throws IOException {
        CountDownLatch over = new CountDownLatch(1);
        CompletableFuture<HttpTransport> opened = new CompletableFuture<>();
        try (ScriptedServer server =
                        new ScriptedServer(
                                scheme,
                                (self, connection) -> {
                                    self.readHead(connection.getInputStream());
                                    opened.join().close();
                                    await(over);
                                });
                HttpTransport transport = scheme.open(server.uri())) {
            opened.complete(transport);
            Throwable failure = catchThrowable(() -> transport.send(call, null));
            over.countDown();
            assertThat(failure).isInstanceOf(IOException.class);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
