package dev.tributary.agent.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.config.DataConfig;
import dev.tributary.config.RunConfig;
import dev.tributary.credentials.Credential;
import dev.tributary.credentials.Role;
import dev.tributary.protocol.ModelSpec;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Credentials that are made for a federation on this machine, and go with it. */
final class FederationCredentialsTest {
    @TempDir private Path runs;

    @Test
    void eachMemberHasItsOwnAndNothingIsLeft() throws IOException {
        FederationFiles files = FederationFiles.create(runs, run());
        FederationCredentials made = files.credentials(List.of("client-0", "clients-1-3"));

        assertThat(read(made.server()).identity().role()).isEqualTo(Role.SERVER);
        assertThat(read(made.server()).names()).contains("127.0.0.1", "localhost");
        assertThat(read(made.agent("client-0")).identity().name()).isEqualTo("client-0");
        assertThat(read(made.agent("clients-1-3")).identity().name()).isEqualTo("clients-1-3");
        assertThat(made.operator().identity().role()).isEqualTo(Role.OPERATOR);

        files.deleteLogs(List.of());
        files.delete();
        try (Stream<Path> left = Files.list(runs)) {
            assertThat(left).isEmpty();
        }
    }

    private static Credential read(List<String> option) {
        assertThat(option.get(0)).isEqualTo("--credentials");
        return Credential.read(Path.of(option.get(1)), Credential.password());
    }

    private static RunConfig run() {
        return RunConfig.builder(new ModelSpec("mlp", Map.of()), DataConfig.of("digits", 4))
                .build();
    }
}
