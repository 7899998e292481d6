package dev.tributary.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.config.CohortConfig;
import dev.tributary.config.DataConfig;
import dev.tributary.config.EvaluationConfig;
import dev.tributary.config.RunConfig;
import dev.tributary.config.RunFile;
import dev.tributary.protocol.ModelSpec;
import dev.tributary.protocol.RunStatus;
import dev.tributary.server.database.Database;
import dev.tributary.server.database.DatabaseAddress;
import dev.tributary.server.database.NewRun;
import dev.tributary.server.store.RunDirectory;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;

/** A run that a server of an older version has left, which knew one setting less. */
@Timeout(60)
final class OlderRunTest {
    private final VectorModel model = VectorModel.of(50);
    @TempDir private Path runs;
    private RunDirectory directory;

    @BeforeEach
    void leaveRun() throws IOException {
        directory = RunDirectory.create(runs, "run");
        String text =
                RunFile.write(config(3))
                        .lines()
                        .filter(line -> !line.contains("attempts"))
                        .collect(Collectors.joining("\n", "", "\n"));
        Files.writeString(directory.runFile(), text);
        try (Database before = Database.open(DatabaseAddress.inDirectory(runs))) {
            NewRun run = new NewRun(directory.id(), "run", text, config(3).seed());
            before.runs().create(run, RunStatus.State.WAITING);
        }
    }

    private static RunConfig config(int rounds) {
        return RunConfig.builder(
                        new ModelSpec("vector", Map.of()), DataConfig.of(DataConfig.NONE, 1))
                .name("run")
                .device("cpu")
                .cohort(CohortConfig.of(1))
                .rounds(rounds)
                .evaluation(new EvaluationConfig(false, false, 1))
                .build();
    }

    @Test
    void sameRunFileGoesOnWithIt() {
        try (FederatedServer server =
                FederatedServer.start(config(3), ServerOptions.local(runs), model)) {
            assertThat(server.resumed()).isTrue();
            assertThat(server.runId()).isEqualTo(directory.id());
        }
    }

    @Test
    void anotherRunFileDoesNot() {
        assertThatThrownBy(() -> FederatedServer.start(config(4), ServerOptions.local(runs), model))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected \"rounds: 3\", found \"rounds: 4\"");
    }
}
