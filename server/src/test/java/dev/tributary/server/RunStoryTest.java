package dev.tributary.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.config.CohortConfig;
import dev.tributary.config.DataConfig;
import dev.tributary.config.EvaluationConfig;
import dev.tributary.config.RunConfig;
import dev.tributary.protocol.ModelSpec;
import dev.tributary.protocol.Outcome;
import dev.tributary.protocol.RoundTask;
import dev.tributary.protocol.RunStatus;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.Map;

/** Whole runs over real HTTP. */
final class RunStoryTest {
    @TempDir private Path runs;

    private static RunConfig config(int clients, int rounds) {
        return RunConfig.builder(
                        new ModelSpec("vector", Map.of()), DataConfig.of(DataConfig.NONE, clients))
                .device("cpu")
                .cohort(CohortConfig.of(clients))
                .rounds(rounds)
                .evaluation(new EvaluationConfig(false, false, 1))
                .build();
    }

    @Test
    void twoClientsFinishTheirRounds() {
        VectorModel model = VectorModel.of(3, 2);
        try (FederatedServer server =
                FederatedServer.start(config(2, 2), ServerOptions.local(runs), model)) {
            HandClient a = new HandClient(server.url(), "a", model.layout()).register(10);
            HandClient b = new HandClient(server.url(), "b", model.layout()).register(30);
            for (int round = 1; round <= 2; round++) {
                RoundTask task = a.task();
                assertThat(task.round()).isEqualTo(round);
                assertThat(task.modelVersion()).isEqualTo(round - 1);
                assertThat(a.update(task, 10, 1f).outcome()).isEqualTo(Outcome.ACCEPTED);
                assertThat(b.update(b.task(), 30, 2f).outcome()).isEqualTo(Outcome.ACCEPTED);
            }
            assertThat(a.task().kind()).isEqualTo(RoundTask.Kind.FINISHED);
            RunStatus last = server.awaitEnd();
            assertThat(last.state()).isEqualTo(RunStatus.State.FINISHED);
            assertThat(last.history()).hasSize(2);
            assertThat(runs.resolve(last.runId()).resolve("model.safetensors")).exists();
        }
    }
}
