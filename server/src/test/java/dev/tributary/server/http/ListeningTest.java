package dev.tributary.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.credentials.CertificateAuthority;
import dev.tributary.credentials.Credential;
import dev.tributary.credentials.Identity;
import dev.tributary.credentials.Role;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

final class ListeningTest {
    @TempDir private Path directory;

    @Test
    void serverForThisMachineAloneGoesByItsNamesAndByThatWhichItWasGiven() throws IOException {
        assertThat(at("127.0.0.1").names())
                .containsExactlyInAnyOrder("localhost", "127.0.0.1", "[::1]");
        assertThat(at("127.0.0.2").names()).contains("127.0.0.2").hasSize(4);
        assertThat(at("0:0:0:0:0:0:0:1").names()).contains("[0:0:0:0:0:0:0:1]", "[::1]");
    }

    @Test
    void serverForOthersOrWithCertificatesGoesByAnyName() throws IOException {
        assertThat(at("0.0.0.0").names()).isEmpty();
        Credential server =
                CertificateAuthority.create(Clock.systemUTC())
                        .issue(new Identity(Role.SERVER, "server"), List.of("localhost"));
        assertThat(at("127.0.0.1").with(Optional.of(server), directory).names()).isEmpty();
    }

    private static Listening at(String host) {
        return new Listening(host, 0, 1, Optional.empty());
    }
}
