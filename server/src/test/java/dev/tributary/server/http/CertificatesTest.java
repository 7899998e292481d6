package dev.tributary.server.http;

import static dev.tributary.server.HandClient.error;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.config.CohortConfig;
import dev.tributary.credentials.CertificateAuthority;
import dev.tributary.credentials.Credential;
import dev.tributary.credentials.HandshakeFailure;
import dev.tributary.credentials.Identity;
import dev.tributary.credentials.Role;
import dev.tributary.parameters.ParameterLayout;
import dev.tributary.protocol.ClientPhase;
import dev.tributary.protocol.ClientProgress;
import dev.tributary.protocol.ClientRegistration;
import dev.tributary.protocol.ErrorCode;
import dev.tributary.protocol.Json;
import dev.tributary.protocol.Outcome;
import dev.tributary.protocol.Paths;
import dev.tributary.protocol.RoundTask;
import dev.tributary.protocol.RunStatus;
import dev.tributary.server.FederatedServer;
import dev.tributary.server.HandClient;
import dev.tributary.server.ServerOptions;
import dev.tributary.server.VectorModel;
import dev.tributary.server.database.ReadyDatabase;
import dev.tributary.wire.TensorBody;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.List;

import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * A server with a credential, two agents and an operator. What should happen: (1) each does what is
 * its own; (2) the operator does everything; (3) a client stays its agent's when the server starts
 * again. What should not: (4) an agent does what is an operator's or another agent's; (5) somebody
 * without a certificate of the authority, or without TLS, gets to ask for anything.
 */
@Timeout(60)
final class CertificatesTest {
    private static final CertificateAuthority AUTHORITY =
            CertificateAuthority.create(Clock.systemUTC());
    private static final Credential SERVER =
            AUTHORITY.issue(new Identity(Role.SERVER, "server"), List.of("127.0.0.1"));
    private static final Credential OPERATOR = issue(AUTHORITY, Role.OPERATOR, "operator");
    private static final Credential SITE_A = issue(AUTHORITY, Role.AGENT, "site-a");
    private static final Credential SITE_B = issue(AUTHORITY, Role.AGENT, "site-b");

    private final VectorModel model = VectorModel.of(50, 20);
    private final ParameterLayout layout = model.layout();

    @TempDir(factory = ReadyDatabase.class)
    private Path runs;

    private FederatedServer server;

    @BeforeEach
    void start() {
        ServerOptions options =
                ServerOptions.builder(runs).credential(SERVER).poll(Duration.ofMillis(200)).build();
        server = FederatedServer.start(OneRound.of(CohortConfig.of(2)), options, model);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void eachAgentDoesWhatIsItsOwn() {
        assertThat(server.url().getScheme()).isEqualTo("https");
        HandClient a = client("a", SITE_A).register(100);
        HandClient b = client("b", SITE_B).register(100);
        RoundTask task = a.task();
        assertThat(a.model(task).statusCode()).isEqualTo(200);
        assertThat(a.update(task, 100, 1).outcome()).isEqualTo(Outcome.ACCEPTED);
        assertThat(b.update(b.task(), 100, 1).outcome()).isEqualTo(Outcome.ACCEPTED);
        assertThat(server.awaitEnd().state()).isEqualTo(RunStatus.State.FINISHED);
        assertThat(a.send("GET", Paths.newestModel(server.runId()), "").statusCode())
                .isEqualTo(200);
    }

    @Test
    void agentUploadsForNoClientOfAnother() {
        HandClient a = client("a", SITE_A).register(100);
        HandClient b = client("b", SITE_B).register(100);
        HandClient thief = client("a", SITE_B);
        RoundTask task = a.task();
        TensorBody forged = a.body(task, 100, 7);

        HttpResponse<String> reply = thief.put(task, forged);
        assertThat(reply.statusCode()).isEqualTo(403);
        assertThat(error(reply).code()).isEqualTo(ErrorCode.FORBIDDEN);
        assertThat(error(reply).message())
                .isEqualTo(
                        "client a: expected the certificate of agent \"site-a\", which registered"
                                + " it, found that of agent \"site-b\"");
        assertThat(thief.model(task).statusCode()).isEqualTo(403);
        for (HttpResponse<String> other :
                List.of(
                        thief.send("GET", Paths.task("a"), ""),
                        thief.send("DELETE", Paths.client("a"), ""),
                        thief.send("PUT", Paths.siteStatistics("a"), "x"),
                        thief.send("GET", Paths.task("%61"), ""),
                        thief.progress(
                                new ClientProgress(task.runId(), 1, ClientPhase.FAILED, 0, 0, "")),
                        thief.send("POST", Paths.CLIENTS, registration("a")))) {
            assertThat(error(other).code()).isEqualTo(ErrorCode.FORBIDDEN);
        }

        // Nothing of it has done any harm.
        assertThat(a.update(task, 100, 1).outcome()).isEqualTo(Outcome.ACCEPTED);
        assertThat(b.update(b.task(), 100, 1).outcome()).isEqualTo(Outcome.ACCEPTED);
        assertThat(server.awaitEnd().state()).isEqualTo(RunStatus.State.FINISHED);
    }

    @Test
    void clientStaysItsAgentsWhenTheServerStartsAgain() {
        client("a", SITE_A).register(100);
        server.close();
        start();
        HttpResponse<String> reply =
                client("a", SITE_B).send("POST", Paths.CLIENTS, registration("a"));
        assertThat(error(reply).code()).isEqualTo(ErrorCode.FORBIDDEN);
        client("a", SITE_A).register(100);
    }

    @Test
    void clientThatNobodyRegisteredIsUnknown() {
        HttpResponse<String> reply = client("x", SITE_A).send("GET", Paths.task("x"), "");
        assertThat(error(reply).code()).isEqualTo(ErrorCode.UNKNOWN_CLIENT);
    }

    @ParameterizedTest
    @CsvSource({
        "POST, /v1/runs/{run}/stop",
        "POST, /v1/runs/{run}/resume",
        "POST, /v1/runs",
        "GET, /v1/runs",
        "GET, /v1/runs/{run}",
        "GET, /v1/runs/{run}/layout",
        "PUT, /v1/runs/{run}/rounds/1/sums",
        "GET, /metrics",
        "GET, /",
        "GET, /v1/runs/{run}/models/0/",
        "GET, /v1/nothing",
        "DELETE, /v1/health"
    })
    void whatIsNotListedTakesAnOperator(String method, String path) {
        HttpResponse<String> reply =
                client("a", SITE_A).send(method, path.replace("{run}", server.runId()), "");
        assertThat(reply.statusCode()).isEqualTo(403);
        assertThat(error(reply).message())
                .contains("expected the certificate of an operator", "agent \"site-a\"");
        assertThat(server.status().state()).isEqualTo(RunStatus.State.WAITING);
    }

    @Test
    void operatorDoesEverything() {
        HandClient operator = client("a", OPERATOR).register(100);
        for (String path : List.of(Paths.HOME, Paths.METRICS, Paths.RUNS, Paths.HEALTH)) {
            assertThat(operator.send("GET", path, "").statusCode()).isEqualTo(200);
        }
        assertThat(operator.send("POST", Paths.stop(server.runId()), "").statusCode())
                .isEqualTo(200);
    }

    @Test
    void relaySendsNoSumForClientsOfAnother() {
        Credential relay = AUTHORITY.issue(new Identity(Role.RELAY, "relay"), List.of("localhost"));
        HandClient behind = client("a", relay);
        assertThat(behind.send("GET", Paths.layout(server.runId()), "").statusCode())
                .isEqualTo(200);
        client("b", SITE_B).register(100);
        assertThat(error(behind.send("POST", Paths.CLIENTS, registration("b"))).code())
                .isEqualTo(ErrorCode.FORBIDDEN);
    }

    @Test
    void httpIsToldToBeHttps() throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.url().getPort())) {
            socket.getOutputStream()
                    .write(
                            "GET /v1/runs HTTP/1.1\r\nHost: localhost\r\n\r\n"
                                    .getBytes(StandardCharsets.UTF_8));
            String reply =
                    new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(reply)
                    .startsWith("HTTP/1.1 400")
                    .contains("expected https and a certificate, found http")
                    .contains("BAD_REQUEST");
        }
    }

    @Test
    void whoHasNoCertificateIsNotLetIn() throws Exception {
        SSLContext anonymous = SSLContext.getInstance("TLS");
        anonymous.init(null, new TrustManager[] {new Trusting()}, null);
        assertThatThrownBy(() -> ask(anonymous))
                .isInstanceOf(IOException.class)
                .satisfies(
                        failure ->
                                assertThat(HandshakeFailure.reason(failure))
                                        .hasValueSatisfying(
                                                reason ->
                                                        assertThat(reason)
                                                                .contains("refused this side's")));
    }

    @Test
    void certificateOfAnotherAuthorityIsNotLetIn() {
        CertificateAuthority stranger = CertificateAuthority.create(Clock.systemUTC());
        assertThatThrownBy(() -> ask(issue(stranger, Role.OPERATOR, "operator").tls()))
                .isInstanceOf(IOException.class)
                .satisfies(
                        failure ->
                                assertThat(HandshakeFailure.reason(failure))
                                        .hasValueSatisfying(
                                                reason ->
                                                        assertThat(reason)
                                                                .contains(
                                                                        "another authority",
                                                                        stranger.name(),
                                                                        AUTHORITY.name())));
    }

    @Test
    void serversCertificateIsNoClients() {
        assertThatThrownBy(() -> ask(SERVER.tls())).isInstanceOf(IOException.class);
    }

    private HttpResponse<String> ask(SSLContext tls) throws Exception {
        return HttpClient.newBuilder()
                .sslContext(tls)
                .build()
                .send(
                        HttpRequest.newBuilder(server.url().resolve(Paths.HEALTH)).build(),
                        BodyHandlers.ofString());
    }

    private HandClient client(String id, Credential credential) {
        return new HandClient(server.url(), id, layout, credential);
    }

    private static String registration(String client) {
        return Json.write(
                new ClientRegistration(client, Paths.PROTOCOL_VERSION, "test", 100, "cpu"));
    }

    private static Credential issue(CertificateAuthority authority, Role role, String name) {
        return authority.issue(new Identity(role, name), List.of());
    }

    /** Takes any server for the right one, so that the server is the one who says no. */
    private static final class Trusting implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
