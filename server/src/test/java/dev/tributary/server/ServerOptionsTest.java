package dev.tributary.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.credentials.CertificateAuthority;
import dev.tributary.credentials.Credential;
import dev.tributary.credentials.Identity;
import dev.tributary.credentials.Role;
import dev.tributary.server.database.DatabaseAddress;
import dev.tributary.server.store.Retention;

import org.junit.jupiter.api.Test;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

final class ServerOptionsTest {
    private static final Path RUNS = Path.of("runs");

    @Test
    void defaultsServeThisMachineAlone() {
        assertThat(ServerOptions.local(RUNS))
                .isEqualTo(
                        new ServerOptions(
                                "127.0.0.1",
                                0,
                                RUNS,
                                Optional.empty(),
                                OptionalLong.empty(),
                                Duration.ofSeconds(20),
                                Duration.ofSeconds(60),
                                Duration.ofSeconds(60),
                                20_000,
                                4096,
                                Optional.empty(),
                                false,
                                Retention.DEFAULT,
                                1,
                                Optional.empty()));
    }

    @Test
    void everyOptionCanBeSet() {
        Path init = Path.of("init");
        Credential credential =
                CertificateAuthority.create(Clock.systemUTC())
                        .issue(new Identity(Role.SERVER, "server"), List.of("localhost"));
        ServerOptions options =
                ServerOptions.builder(RUNS)
                        .host("0.0.0.0")
                        .port(1)
                        .initialModel(init)
                        .maximumUpdateBytes(2)
                        .poll(Duration.ofSeconds(3))
                        .silence(Duration.ofSeconds(4))
                        .idle(Duration.ofSeconds(5))
                        .maximumConnections(6)
                        .database(DatabaseAddress.inDirectory(init))
                        .beginAnew(true)
                        .retention(new Retention(7, 8))
                        .sideBySide(9)
                        .maximumWaiting(10)
                        .credential(credential)
                        .build();
        assertThat(options)
                .isEqualTo(
                        new ServerOptions(
                                "0.0.0.0",
                                1,
                                RUNS,
                                Optional.of(init),
                                OptionalLong.of(2),
                                Duration.ofSeconds(3),
                                Duration.ofSeconds(4),
                                Duration.ofSeconds(5),
                                6,
                                10,
                                Optional.of(DatabaseAddress.inDirectory(init)),
                                true,
                                new Retention(7, 8),
                                9,
                                Optional.of(credential)));
    }

    @Test
    void valuesOutOfRangeAreNamed() {
        assertThatThrownBy(() -> ServerOptions.builder(RUNS).port(65_536).build())
                .hasMessage("port: expected 0 to 65535, found 65536");
        assertThatThrownBy(() -> ServerOptions.builder(RUNS).maximumUpdateBytes(0).build())
                .hasMessageContaining("at least 1 byte");
        assertThatThrownBy(() -> ServerOptions.builder(RUNS).poll(Duration.ZERO).build())
                .hasMessageContaining("poll");
        assertThatThrownBy(() -> ServerOptions.builder(RUNS).idle(Duration.ofSeconds(20)).build())
                .hasMessageContaining("idle: expected more than poll");
        assertThatThrownBy(() -> ServerOptions.builder(RUNS).maximumConnections(0).build())
                .hasMessage("maximum connections: expected at least 1, found 0");
        assertThatThrownBy(() -> ServerOptions.builder(RUNS).maximumWaiting(0).build())
                .hasMessage("maximum waiting: expected at least 1, found 0");
        assertThatThrownBy(() -> ServerOptions.builder(RUNS).sideBySide(0).build())
                .hasMessage("side by side: expected at least 1, found 0");
    }
}
