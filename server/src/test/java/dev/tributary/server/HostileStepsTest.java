package dev.tributary.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.config.CohortConfig;
import dev.tributary.config.RunConfig;
import dev.tributary.config.StrategyConfig;
import dev.tributary.objective.FedNovaObjective;
import dev.tributary.parameters.ParameterLayout;
import dev.tributary.protocol.ErrorCode;
import dev.tributary.protocol.Json;
import dev.tributary.protocol.Paths;
import dev.tributary.protocol.RoundTask;
import dev.tributary.protocol.RunLayout;
import dev.tributary.protocol.RunStatus;
import dev.tributary.protocol.UpdateReceipt;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * FedNova's server multiplies by the steps that clients claim. What should not happen: one client
 * that claims steps that nobody can have taken moves the model, or fails the round.
 */
@Timeout(60)
class HostileStepsTest {
    private static final int EXAMPLES = 100;

    @TempDir private Path directory;

    private final ParameterLayout layout =
            new FedNovaObjective().exchangeLayout(CrashServer.model().layout());

    @Test
    void clientsThatClaimAbsurdStepsAreRejectedAndTheRoundGoesOn() {
        RunConfig config =
                CrashServer.config(4, 1).toBuilder()
                        .cohort(CohortConfig.of(4).withMinimum(2))
                        .strategy(new StrategyConfig("fednova", 1, Map.of()))
                        .build();
        double most = config.training().steps(EXAMPLES);
        try (FederatedServer server =
                FederatedServer.start(
                        config, ServerOptions.local(directory), CrashServer.model())) {
            List<HandClient> clients =
                    Stream.of("a", "b", "c", "d")
                            .map(id -> new HandClient(server.url(), id, layout).register(EXAMPLES))
                            .toList();
            List<RoundTask> tasks = clients.stream().map(HandClient::task).toList();
            RunLayout facts =
                    Json.read(
                            clients.get(0)
                                    .send("GET", Paths.layout(tasks.get(0).runId()), "")
                                    .body(),
                            RunLayout.class);
            // A sum would hide whose steps are absurd.
            assertThat(facts.sums()).isFalse();

            assertThat(update(clients.get(0), tasks.get(0), 1e9).code())
                    .isEqualTo(ErrorCode.OUT_OF_RANGE);
            UpdateReceipt negative = update(clients.get(1), tasks.get(1), -1);
            assertThat(negative.code()).isEqualTo(ErrorCode.OUT_OF_RANGE);
            assertThat(negative.message()).contains("expected 1 to " + most + " steps");
            assertThat(update(clients.get(2), tasks.get(2), most).code()).isNull();
            assertThat(update(clients.get(3), tasks.get(3), most / 2).code()).isNull();

            RunStatus end = server.awaitEnd();
            assertThat(end.state()).isEqualTo(RunStatus.State.FINISHED);
            assertThat(end.history().get(0).rejected()).isEqualTo(2);
            assertThat(end.history().get(0).accepted()).isEqualTo(2);
        }
    }

    private UpdateReceipt update(HandClient client, RoundTask task, double steps) {
        float[] values = new float[Math.toIntExact(layout.size())];
        Arrays.fill(values, 0.001f);
        values[values.length - 1] = (float) (steps / FedNovaObjective.UNIT);
        return client.update(task, EXAMPLES, values);
    }
}
