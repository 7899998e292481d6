package dev.tributary.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.config.CohortConfig;
import dev.tributary.config.DataConfig;
import dev.tributary.config.EvaluationConfig;
import dev.tributary.config.RunConfig;
import dev.tributary.protocol.ModelSpec;
import dev.tributary.protocol.Outcome;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** A model on disk that is no longer what its round has published. */
@Timeout(60)
final class DamagedModelTest {
    private final VectorModel model = VectorModel.of(50);
    @TempDir private Path runs;

    @Test
    void runDoesNotGoOnInARoundWhoseModelIsDamaged() throws IOException {
        RunConfig config =
                RunConfig.builder(
                                new ModelSpec("vector", Map.of()),
                                DataConfig.of(DataConfig.NONE, 1))
                        .device("cpu")
                        .cohort(CohortConfig.of(1))
                        .rounds(3)
                        .evaluation(new EvaluationConfig(false, false, 1))
                        .build();
        ServerOptions options = ServerOptions.local(runs);
        Path version;
        try (FederatedServer server = FederatedServer.start(config, options, model)) {
            HandClient a = new HandClient(server.url(), "a", model.layout()).register(100);
            assertThat(a.update(a.task(), 100, 1).outcome()).isEqualTo(Outcome.ACCEPTED);
            // Round 2 is open: what it begins with is the model of round 1.
            assertThat(a.task().modelVersion()).isEqualTo(1);
            version = server.runDirectory().resolve("versions").resolve("v1.safetensors");
        }
        byte[] bytes = Files.readAllBytes(version);
        bytes[bytes.length - 1] ^= 1;
        Files.write(version, bytes);
        assertThatThrownBy(() -> FederatedServer.start(config, options, model))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("v1.safetensors: expected content");
    }
}
