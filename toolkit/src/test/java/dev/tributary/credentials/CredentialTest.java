package dev.tributary.credentials;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Credentials on disk: made once, read by their owner, refused where anything is wrong. */
class CredentialTest {
    private static final char[] NONE = new char[0];
    private static final char[] SECRET = "secret".toCharArray();
    private static final Clock NOW = Clock.systemUTC();

    @TempDir private Path directory;

    @Test
    void oneDirectoryHoldsAllOfAFederation() throws IOException {
        CredentialDirectory first = CredentialDirectory.open(directory.resolve("new"), NONE, NOW);
        first.server(List.of("hospital.example.org", "10.0.0.5", "[2001:db8::1]"));
        first.relay(List.of("relay.example.org"));
        first.operator();
        first.agent("site-a");

        assertThat(first.write())
                .extracting(file -> file.getFileName().toString())
                .containsExactly(
                        "authority.p12",
                        "server.p12",
                        "relay-relay.example.org.p12",
                        "operator.p12",
                        "agent-site-a.p12");
        Credential server = read("server");
        assertThat(server.identity()).hasToString("server \"server\"");
        assertThat(server.names())
                .containsExactly(
                        "hospital.example.org",
                        "10.0.0.5",
                        "2001:db8:0:0:0:0:0:1",
                        "localhost",
                        "127.0.0.1",
                        "0:0:0:0:0:0:0:1");
        assertThat(read("agent-site-a").identity()).isEqualTo(new Identity(Role.AGENT, "site-a"));
        assertThat(read("agent-site-a").names()).isEmpty();
        assertThat(read("relay-relay.example.org").names()).contains("relay.example.org");
        assertThat(server.expires())
                .isAfter(NOW.instant().plus(Duration.ofDays(824)))
                .isBefore(NOW.instant().plus(Duration.ofDays(826)));
    }

    @Test
    void secondCallAddsToTheSameAuthorityAndOverwritesNothing() throws IOException {
        CredentialDirectory first = CredentialDirectory.open(directory.resolve("new"), NONE, NOW);
        first.agent("site-a");
        first.write();
        byte[] before = Files.readAllBytes(file("agent-site-a"));

        CredentialDirectory second = CredentialDirectory.open(directory.resolve("new"), NONE, NOW);
        assertThat(second.created()).isFalse();
        second.agent("site-b");
        second.write();
        assertThat(read("agent-site-b").authority())
                .isEqualTo(read("agent-site-a").authority())
                .isEqualTo(first.authority());

        CredentialDirectory third = CredentialDirectory.open(directory.resolve("new"), NONE, NOW);
        third.agent("site-c");
        third.agent("site-a");
        assertThatThrownBy(third::write)
                .isInstanceOf(CredentialException.class)
                .hasMessageContaining("agent-site-a.p12 is there already");
        assertThat(file("agent-site-c")).doesNotExist();
        assertThat(Files.readAllBytes(file("agent-site-a"))).isEqualTo(before);
    }

    @Test
    void onlyTheOwnerCanReadThem() throws IOException {
        CredentialDirectory federation =
                CredentialDirectory.open(directory.resolve("new"), NONE, NOW);
        federation.operator();
        federation.write();
        assertThat(permissions(directory.resolve("new"))).isEqualTo("rwx------");
        assertThat(permissions(file("operator"))).isEqualTo("rw-------");
        assertThat(permissions(file("authority"))).isEqualTo("rw-------");
    }

    @Test
    void passwordIsAskedForAndNeverShown() throws IOException {
        CredentialDirectory federation =
                CredentialDirectory.open(directory.resolve("new"), SECRET, NOW);
        federation.operator();
        federation.write();

        assertThat(Credential.read(file("operator"), SECRET).identity().role())
                .isEqualTo(Role.OPERATOR);
        assertThatThrownBy(() -> read("operator"))
                .isInstanceOf(CredentialException.class)
                .hasMessageContaining("wrong password; set TRIBUTARY_CREDENTIALS_PASSWORD to it");
        char[] other = "guess".toCharArray();
        assertThatThrownBy(() -> Credential.read(file("operator"), other))
                .hasMessageContaining("TRIBUTARY_CREDENTIALS_PASSWORD is not what it was made with")
                .hasMessageNotContaining("guess");
        assertThatThrownBy(() -> CredentialDirectory.open(directory.resolve("new"), other, NOW))
                .hasMessageContaining("authority.p12: wrong password");
    }

    @Test
    void garbledTruncatedAndMissingFilesAreTold() throws IOException {
        Path file = write(authority().issue(new Identity(Role.AGENT, "a"), List.of()));
        byte[] whole = Files.readAllBytes(file);
        Random random = new Random(7);
        for (int i = 0; i < 40; i++) {
            byte[] damaged =
                    i % 2 == 0 ? Arrays.copyOf(whole, random.nextInt(whole.length)) : whole.clone();
            if (i % 2 != 0) {
                damaged[random.nextInt(whole.length)] ^= (byte) (1 << random.nextInt(8));
            }
            Path spoiled = Files.write(directory.resolve("spoiled-" + i), damaged);
            assertThatThrownBy(() -> Credential.read(spoiled, NONE))
                    .isInstanceOf(CredentialException.class)
                    .hasMessageContaining("spoiled-");
        }
        assertThatThrownBy(() -> Credential.read(directory.resolve("nowhere"), NONE))
                .isInstanceOf(CredentialException.class)
                .hasMessageContaining("'tributary credentials' makes them");
    }

    @Test
    void expiredAndFutureOnesAreToldWithTheirDates() throws IOException {
        Clock past = Clock.offset(NOW, Duration.ofDays(-1000));
        Clock future = Clock.offset(NOW, Duration.ofDays(1));
        Identity agent = new Identity(Role.AGENT, "a");
        CertificateAuthority authority = CertificateAuthority.create(past);
        Path expired = write(authority.issue(agent, List.of()));
        assertThatThrownBy(() -> Credential.read(expired, NONE))
                .isInstanceOf(CredentialException.class)
                .hasMessageContaining("agent \"a\" has expired on 20");
        Path early = write(authority.at(future).issue(agent, List.of()));
        assertThatThrownBy(() -> Credential.read(early, NONE))
                .hasMessageContaining("is not valid before 20")
                .hasMessageContaining("is the clock right?");
    }

    @Test
    void authorityIsNoCredentialAndOthersAreNoAuthority() throws IOException {
        Path authority = directory.resolve("authority.p12");
        authority().write(authority, NONE);
        assertThatThrownBy(() -> Credential.read(authority, NONE))
                .hasMessageContaining("found that of the authority itself");
        Path agent = write(authority().issue(new Identity(Role.AGENT, "a"), List.of()));
        assertThatThrownBy(() -> CertificateAuthority.read(agent, NONE, NOW))
                .hasMessageContaining("expected the credential of an authority");
    }

    @Test
    void authorityThatHasExpiredIssuesNothing() {
        CertificateAuthority old =
                CertificateAuthority.create(Clock.offset(NOW, Duration.ofDays(-4000)));
        assertThatThrownBy(() -> old.at(NOW).issue(new Identity(Role.AGENT, "a"), List.of()))
                .isInstanceOf(CredentialException.class)
                .hasMessageContaining("has expired on");
    }

    @Test
    void holderIsKeptToItsRole() {
        Credential agent = authority().issue(new Identity(Role.AGENT, "site-a"), List.of());
        assertThat(agent.of(Role.AGENT, Role.OPERATOR)).isSameAs(agent);
        assertThatThrownBy(() -> agent.of(Role.SERVER))
                .isInstanceOf(CredentialException.class)
                .hasMessage(
                        "credentials: expected those of a server, found those of agent \"site-a\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "a b",
                "-a",
                "a_b",
                "256.1.1.1",
                "1.2.3",
                "1.2.3.4.",
                "a..b",
                "::g",
                "http://a",
                "a:80",
                "fe80::1%eth0",
                "*.example.org",
                "ä.example.org"
            })
    void whatIsNoHostNameIsNamed(String name) {
        assertThatThrownBy(() -> HostNames.check(name))
                .isInstanceOf(CredentialException.class)
                .hasMessageContaining("found \"" + name + "\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "..", "a b", "a/b", "a,OU=operator", "ä"})
    void whatIsNoNameOfAnAgentIsNamed(String name) {
        assertThatThrownBy(() -> new Identity(Role.AGENT, name))
                .isInstanceOf(CredentialException.class)
                .hasMessageContaining("found \"" + name + "\"");
    }

    private static CertificateAuthority authority() {
        return CertificateAuthority.create(NOW);
    }

    private Path write(Credential credential) throws IOException {
        Path file = Files.createTempDirectory(directory, "credential").resolve("one.p12");
        credential.write(file, NONE);
        return file;
    }

    private Path file(String name) {
        return directory.resolve("new").resolve(name + ".p12");
    }

    private Credential read(String name) {
        return Credential.read(file(name), NONE);
    }

    private static String permissions(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }
}
