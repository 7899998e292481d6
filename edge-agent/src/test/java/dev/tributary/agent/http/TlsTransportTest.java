package dev.tributary.agent.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLSocket;

/**
 * What TLS adds. What should happen: (1) the server hears by which name it is asked; (2) both
 * versions of TLS; (3) a proxy leads there. What should not: (4) what was cut passes for what is
 * whole; (5) a server that accepts and is silent is waited for without end; (6) a proxy that says
 * no is taken for the server.
 */
@Timeout(60)
class TlsTransportTest {
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    private static final int HANDSHAKE_RECORD = 22;
    private static final HttpCall GET = HttpCall.get("/x", Duration.ofSeconds(10));

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void serverHearsItsNameAndWhoAsks(String version) throws IOException {
        CompletableFuture<ExtendedSSLSession> seen = new CompletableFuture<>();
        try (ScriptedServer server =
                        new ScriptedServer(
                                Scheme.HTTPS,
                                (self, connection) -> {
                                    SSLSocket socket = (SSLSocket) connection;
                                    socket.setEnabledProtocols(new String[] {version});
                                    socket.startHandshake();
                                    seen.complete((ExtendedSSLSession) socket.getSession());
                                    ScriptedServer.answers(OK, OK).play(self, connection);
                                });
                HttpTransport transport = Scheme.HTTPS.open(server.uri())) {
            assertThat(transport.send(GET, null).text()).isEqualTo("ok");
            assertThat(transport.send(GET, null).text()).isEqualTo("ok");
            assertThat(seen.join().getProtocol()).isEqualTo(version);
            assertThat(seen.join().getRequestedServerNames())
                    .containsExactly(new SNIHostName("localhost"));
            assertThat(seen.join().getPeerPrincipal().getName()).contains("site-a");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 Connection established\r\n\r\n",
                "HTTP/1.0 200 OK\r\nContent-Length: 9\r\n\r\n"
            })
    void proxyLeadsToTheServer(String answer) throws IOException {
        try (ScriptedServer server =
                        new ScriptedServer(Scheme.HTTPS, ScriptedServer.answers(OK, OK));
                TunnelProxy proxy = new TunnelProxy(answer);
                HttpTransport transport = Scheme.HTTPS.open(server.uri(), proxy.selector())) {
            assertThat(transport.send(GET, null).text()).isEqualTo("ok");
            assertThat(transport.send(GET, null).text()).isEqualTo("ok");
            String target = server.uri().getAuthority();
            assertThat(proxy.heads())
                    .containsExactly(
                            "CONNECT %1$s HTTP/1.1\r\nHost: %1$s\r\n\r\n".formatted(target));
            assertThat(server.heads()).hasSize(2).allMatch(head -> head.startsWith("GET /x "));
        }
    }

    @Test
    void proxyThatSaysNoIsNamed() throws IOException {
        String no = "HTTP/1.1 407 Who are you\r\nContent-Length: 2\r\n\r\nno";
        try (TunnelProxy proxy = new TunnelProxy(no);
                HttpTransport transport =
                        Scheme.HTTPS.open(
                                URI.create("https://server.example.org"), proxy.selector())) {
            assertThatThrownBy(() -> transport.send(GET, null))
                    .isExactlyInstanceOf(IOException.class)
                    .hasMessageStartingWith("the proxy localhost:")
                    .hasMessageEndingWith(
                            " does not lead to server.example.org:443: it answers with status 407");
        }
    }

    @Test
    void proxyThatIsNotThereIsNamed() throws IOException {
        TunnelProxy proxy = new TunnelProxy("");
        proxy.close();
        try (HttpTransport transport =
                Scheme.HTTPS.open(URI.create("https://server.example.org"), proxy.selector())) {
            assertThatThrownBy(() -> transport.send(GET, null))
                    .hasMessageContaining("; does a proxy run at localhost:");
        }
    }

    @Test
    void bodyWithoutLengthThatIsCutIsNoAnswer() throws IOException {
        try (TunnelProxy proxy = new TunnelProxy("HTTP/1.1 200 OK\r\n\r\n");
                ScriptedServer server =
                        new ScriptedServer(
                                Scheme.HTTPS,
                                (self, connection) -> {
                                    self.readHead(connection.getInputStream());
                                    ScriptedServer.write(
                                            connection, "HTTP/1.1 200 OK\r\n\r\nhalf of it");
                                    int unused = connection.getInputStream().read();
                                });
                HttpTransport transport = Scheme.HTTPS.open(server.uri(), proxy.selector())) {
            assertThatThrownBy(() -> transport.send(GET, chunk -> proxy.cut()))
                    .isInstanceOf(EOFException.class)
                    .hasMessageContaining("the connection was cut");
        }
    }

    @Test
    void silenceInsteadOfAHandshakeEndsWithPatience() throws IOException {
        try (ServerSocket mute = Scheme.HTTP.listener();
                HttpTransport transport =
                        Scheme.HTTPS.open(Scheme.HTTPS.uri(mute.getLocalPort()))) {
            assertThatThrownBy(
                            () -> transport.send(HttpCall.get("/x", Duration.ofMillis(50)), null))
                    .isInstanceOf(SocketTimeoutException.class)
                    .hasMessageContaining("0.05 s");
        }
    }

    @Test
    void closeFromAnotherThreadEndsAHandshake() throws Exception {
        try (ServerSocket mute = Scheme.HTTP.listener();
                HttpTransport transport =
                        Scheme.HTTPS.open(Scheme.HTTPS.uri(mute.getLocalPort()))) {
            Thread closing =
                    new Thread(
                            () -> {
                                try (Socket connection = mute.accept()) {
                                    int hello = connection.getInputStream().read();
                                    transport.close();
                                    assertThat(hello).isEqualTo(HANDSHAKE_RECORD);
                                } catch (IOException e) {
                                    throw new UncheckedIOException(e);
                                }
                            },
                            "closing");
            closing.start();
            assertThatThrownBy(() -> transport.send(GET, null)).isInstanceOf(IOException.class);
            closing.join();
        }
    }
}
