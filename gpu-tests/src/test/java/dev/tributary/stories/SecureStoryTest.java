package dev.tributary.stories;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.agent.AgentException;
import dev.tributary.agent.HttpServerClient;
import dev.tributary.agent.RetryPolicy;
import dev.tributary.agent.ServerRefusedException;
import dev.tributary.agent.ServerUnreachableException;
import dev.tributary.agent.http.ServerAddress;
import dev.tributary.agent.state.ClientState;
import dev.tributary.config.RunConfig;
import dev.tributary.credentials.CertificateAuthority;
import dev.tributary.credentials.Credential;
import dev.tributary.credentials.CredentialDirectory;
import dev.tributary.credentials.CredentialException;
import dev.tributary.credentials.Identity;
import dev.tributary.credentials.Role;
import dev.tributary.protocol.ClientRegistration;
import dev.tributary.protocol.ErrorCode;
import dev.tributary.protocol.Paths;
import dev.tributary.protocol.RunStatus;
import dev.tributary.server.ServerOptions;
import dev.tributary.server.relay.Relay;
import dev.tributary.server.relay.RelayOptions;
import dev.tributary.testkit.FreePort;

import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * A federation whose members know each other by certificates. What should happen: (1) the model is
 * that of the same run without certificates, byte for byte, also through a relay; (2) an agent whom
 * the server will never take, or that will never take the server, ends at once with one sentence.
 *
 * <p>What should not: (3) it tries that again; (4) it gives up a server that is merely not there.
 */
@Timeout(120)
class SecureStoryTest {
    private static final char[] NONE = new char[0];
    private static final Clock NOW = Clock.systemUTC();
    private static final Duration LONG = Duration.ofMinutes(5);

    private final CertificateAuthority authority = CertificateAuthority.create(NOW);
    private final List<String> notes = new CopyOnWriteArrayList<>();
    @TempDir private Path directory;

    @Test
    void modelIsThatOfTheSameRunWithoutCertificates() throws Exception {
        CredentialDirectory made = CredentialDirectory.open(directory.resolve("c"), NONE, NOW);
        made.server(List.of("server.example.org"));
        made.relay(List.of("relay.example.org"));
        made.agent("site-a");
        made.agent("site-b");
        assertThat(made.write()).hasSize(5);
        RunConfig config = SmallFederation.run(4, 3).build();
        String plain;
        try (SmallFederation federation = new SmallFederation(config, directory.resolve("plain"))) {
            federation.agent(0, 1, 2, 3);
            plain = finished(federation);
        }
        ServerOptions options =
                ServerOptions.builder(directory.resolve("tls")).credential(read("server")).build();
        try (SmallFederation federation = new SmallFederation(config, options);
                Relay relay =
                        Relay.start(
                                RelayOptions.local(
                                                federation.server().url(),
                                                directory.resolve("relay"))
                                        .withCredential(read("relay-relay.example.org")))) {
            federation.agentAt(at(relay.url(), read("agent-site-a")), 0, 1);
            federation.agentAt(at(federation.server().url(), read("agent-site-b")), 2, 3);
            assertThat(finished(federation)).isEqualTo(plain);
        }
    }

    @Test
    void agentEndsAtOnceWhereNoHandshakeWillEverSucceed() {
        CertificateAuthority stranger = CertificateAuthority.create(NOW);
        CertificateAuthority past = CertificateAuthority.create(days(-1000));
        refused(server(authority, NOW, "127.0.0.1"), agent(stranger))
                .hasMessageContaining("the server's certificate is of another authority")
                .hasMessageContaining("expected one of " + stranger.name())
                .hasMessageContaining("found one of " + authority.name());
        refused(server(past, days(-1000), "127.0.0.1"), agent(past.at(NOW)))
                .hasMessageContaining("the server's certificate has expired on 20");
        refused(server(authority, days(2), "127.0.0.1"), agent(authority))
                .hasMessageContaining("is not valid before 20")
                .hasMessageContaining("is the clock right?");
        refused(server(authority, NOW, "server.example.org", "10.0.0.5"), agent(authority))
                .hasMessageContaining("is for server.example.org, 10.0.0.5, and not for 127.0.0.1");
        refused(server(past, NOW, "127.0.0.1"), past.issue(identity(), List.of()))
                .hasMessageContaining("the other side refused");
        assertThat(notes).isEmpty();
    }

    @Test
    void httpAndHttpsAreToldApart() {
        try (SmallFederation plain = federation(ServerOptions.local(directory.resolve("p")))) {
            URI https = URI.create(plain.server().url().toString().replace("http:", "https:"));
            assertThatThrownBy(() -> register(at(https, agent(authority)), LONG))
                    .isInstanceOf(AgentException.class)
                    .hasMessageContaining("expected TLS, found something else");
        }
        try (SmallFederation secure = federation(server(authority, NOW, "127.0.0.1"))) {
            URI https = secure.server().url();
            URI http = URI.create(https.toString().replace("https:", "http:"));
            assertThatThrownBy(() -> register(ServerAddress.of(http), LONG))
                    .isInstanceOf(ServerRefusedException.class)
                    .hasMessageContaining("expected https and a certificate, found http");
            assertThatThrownBy(() -> at(http, agent(authority)))
                    .isInstanceOf(CredentialException.class)
                    .hasMessageContaining("expected a URL that begins with https://");
            assertThatThrownBy(() -> register(ServerAddress.of(https), LONG))
                    .isInstanceOf(AgentException.class)
                    .hasMessageContaining("--credentials with a file of the server's federation")
                    .hasMessageNotContaining("PKIX");
        }
        assertThat(notes).isEmpty();
    }

    @Test
    void serverThatIsNotThereIsTriedAgain() throws Exception {
        URI nobody = URI.create("https://127.0.0.1:" + FreePort.find());
        assertThatThrownBy(() -> register(at(nobody, agent(authority)), Duration.ofMillis(500)))
                .isInstanceOf(ServerUnreachableException.class)
                .hasMessageContaining("gave up after");
        assertThat(notes).hasSize(1).allMatch(note -> note.contains("trying again"));
    }

    @Test
    void clientOfAnotherAgentEndsTheAgentThatAsksForIt() {
        try (SmallFederation federation = federation(server(authority, NOW, "127.0.0.1"))) {
            URI url = federation.server().url();
            register(at(url, agent(authority)), LONG);
            Credential other = authority.issue(new Identity(Role.AGENT, "site-b"), List.of());
            assertThatThrownBy(() -> register(at(url, other), LONG))
                    .isInstanceOfSatisfying(
                            ServerRefusedException.class,
                            e -> assertThat(e.code()).isEqualTo(ErrorCode.FORBIDDEN))
                    .hasMessageContaining("expected the certificate of agent \"site-a\"");
        }
    }

    @Test
    void relayEndsWhereItsParentIsAnothers() throws Exception {
        CertificateAuthority stranger = CertificateAuthority.create(NOW);
        Credential credential =
                stranger.issue(new Identity(Role.RELAY, "relay"), List.of("127.0.0.1"));
        try (SmallFederation federation = federation(server(authority, NOW, "127.0.0.1"))) {
            RelayOptions options =
                    RelayOptions.local(federation.server().url(), directory.resolve("relay"));
            refused(options.withCredential(credential))
                    .hasMessageContaining("the server's certificate is of another authority");
            refused(options)
                    .hasMessageContaining("--credentials with a file of the server's federation")
                    .hasMessageNotContaining("PKIX");
        }
    }

    private static AbstractThrowableAssert<?, ? extends Throwable> refused(RelayOptions options)
            throws Exception {
        try (Relay relay = Relay.start(options)) {
            return assertThatThrownBy(() -> relay.finished().get(30, TimeUnit.SECONDS))
                    .isInstanceOf(ExecutionException.class);
        }
    }

    private AbstractThrowableAssert<?, ? extends Throwable> refused(
            ServerOptions options, Credential agent) {
        try (SmallFederation federation = federation(options)) {
            return assertThatThrownBy(() -> register(at(federation.server().url(), agent), LONG))
                    .isInstanceOf(AgentException.class)
                    .hasMessageStartingWith("server https://127.0.0.1:");
        }
    }

    private static SmallFederation federation(ServerOptions options) {
        return new SmallFederation(SmallFederation.run(1, 1).build(), options);
    }

    private ServerOptions server(CertificateAuthority issuer, Clock clock, String... names) {
        Credential credential =
                issuer.at(clock).issue(new Identity(Role.SERVER, "server"), List.of(names));
        return ServerOptions.builder(directory.resolve("runs-" + System.nanoTime()))
                .credential(credential)
                .build();
    }

    private static Credential agent(CertificateAuthority issuer) {
        return issuer.issue(identity(), List.of());
    }

    private static Identity identity() {
        return new Identity(Role.AGENT, "site-a");
    }

    private static Clock days(int count) {
        return Clock.offset(NOW, Duration.ofDays(count));
    }

    private static ServerAddress at(URI url, Credential credential) {
        return ServerAddress.of(url, Optional.of(credential));
    }

    private void register(ServerAddress address, Duration retryFor) {
        try (HttpServerClient client =
                HttpServerClient.open(
                        address,
                        "client-0",
                        RetryPolicy.lasting(retryFor),
                        (id, line) -> notes.add(line),
                        ClientState.none())) {
            client.register(
                    new ClientRegistration("client-0", Paths.PROTOCOL_VERSION, "test", 10, "cpu"));
        }
    }

    private Credential read(String name) {
        return Credential.read(directory.resolve("c").resolve(name + ".p12"), NONE);
    }

    private static String finished(SmallFederation federation) {
        RunStatus last = federation.server().awaitEnd();
        assertThat(last.state()).isEqualTo(RunStatus.State.FINISHED);
        return String.valueOf(last.modelSha256());
    }
}
