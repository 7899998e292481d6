package dev.tributary.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.config.CohortConfig;
import dev.tributary.config.DataConfig;
import dev.tributary.config.EvaluationConfig;
import dev.tributary.config.RunConfig;
import dev.tributary.config.RunConfigBuilder;
import dev.tributary.config.SimulationConfig;
import dev.tributary.config.StrategyConfig;
import dev.tributary.parameters.LayoutMismatchException;
import dev.tributary.protocol.ModelSpec;
import dev.tributary.protocol.RunEvent;
import dev.tributary.protocol.RunStatus;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.BindException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** What a run may start from, and what is refused, named and leaves nothing. */
final class RunStartTest {
    @TempDir private Path runs;

    private static RunConfigBuilder config(int clients, int rounds) {
        return RunConfig.builder(
                        new ModelSpec("vector", Map.of()), DataConfig.of(DataConfig.NONE, clients))
                .device("cpu")
                .cohort(CohortConfig.of(clients))
                .rounds(rounds)
                .evaluation(new EvaluationConfig(false, false, 1));
    }

    private Path file(RunStatus run, String name) {
        return runs.resolve(run.runId()).resolve(name);
    }

    private FederatedServer start(RunConfigBuilder config, VectorModel model) {
        ServerOptions options = ServerOptions.builder(runs).poll(Duration.ofSeconds(5)).build();
        return FederatedServer.start(config.build(), options, model);
    }

    @Test
    void initialModelThatIsNotFiniteIsNamed() throws IOException {
        VectorModel model = VectorModel.of(4);
        Path file = file(oneRound(ServerOptions.local(runs), model), "model.safetensors");
        byte[] bytes = Files.readAllBytes(file);
        Arrays.fill(bytes, bytes.length - 4, bytes.length, (byte) 0xff);
        Path broken = Files.write(runs.resolve("broken.safetensors"), bytes);
        ServerOptions options = ServerOptions.builder(runs).initialModel(broken).build();
        assertThatThrownBy(() -> oneRound(options, model))
                .hasMessageContaining("broken.safetensors")
                .hasMessageContaining("NaN");
    }

    private static List<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.matches("coordinator|aggregation"))
                .sorted()
                .toList();
    }

    @Test
    void scheduleThatCannotBeKeptIsRefusedAndLeavesNothing() {
        VectorModel model = VectorModel.of(4);
        Map<String, String> problems =
                Map.of(
                        "fedbuff", "strategy.options.buffer: expected at most",
                        "fedasync", "evaluation.federated: expected false with strategy fedasync",
                        "cyclic", "cohort.size: expected 1");
        problems.forEach(
                (name, problem) -> {
                    RunConfigBuilder config =
                            RunConfig.builder(
                                            new ModelSpec("vector", Map.of()),
                                            DataConfig.of("digits", 2))
                                    .device("cpu")
                                    .cohort(CohortConfig.of(2))
                                    .evaluation(new EvaluationConfig(true, true, 1))
                                    .strategy(new StrategyConfig(name, 1, Map.of()));
                    assertThatThrownBy(() -> start(config, model).close())
                            .hasMessageStartingWith(problem);
                });
        assertThat(runs).isEmptyDirectory();
    }

    @Test
    void simulatedBehaviorHasNoEffectAndThatIsSaid() {
        VectorModel model = VectorModel.of(4);
        RunConfigBuilder config =
                RunConfig.builder(new ModelSpec("vector", Map.of()), DataConfig.of("digits", 1))
                        .device("cpu")
                        .cohort(CohortConfig.of(1))
                        .rounds(1)
                        .evaluation(new EvaluationConfig(false, false, 1))
                        .simulation(SimulationConfig.steady().withDropout(0.9));
        try (FederatedServer server = start(config, model)) {
            HandClient client = new HandClient(server.url(), "c0", model.layout()).register(100);
            client.update(client.task(), 1, 1f);
            RunStatus last = server.awaitEnd();
            assertThat(last.state()).isEqualTo(RunStatus.State.FINISHED);
            assertThat(last.history().get(0).simulatedSeconds()).isNull();
            assertThat(last.events())
                    .extracting(RunEvent::message)
                    .anyMatch(text -> text.contains("section simulation"));
        }
    }

    @Test
    void resultOfARunStartsAnother() {
        VectorModel model = VectorModel.of(4);
        RunStatus first = oneRound(ServerOptions.local(runs), model);
        ServerOptions options =
                ServerOptions.builder(runs).initialModel(file(first, "model.safetensors")).build();
        RunStatus second = oneRound(options, model);
        assertThat(second.modelSha256()).isNotEqualTo(first.modelSha256());
    }

    private RunStatus oneRound(ServerOptions options, VectorModel model) {
        try (FederatedServer server = FederatedServer.start(config(1, 1).build(), options, model)) {
            HandClient client = new HandClient(server.url(), "c0", model.layout()).register(100);
            client.update(client.task(), 1, 1f);
            return server.awaitEnd();
        }
    }

    @Test
    void checkpointOfAnotherModelNamesTheTensorAndLeavesNoRun() throws IOException {
        RunStatus first = oneRound(ServerOptions.local(runs), VectorModel.of(4));
        Path other = runs.resolve("other");
        ServerOptions options =
                ServerOptions.builder(other).initialModel(file(first, "model.safetensors")).build();
        assertThatThrownBy(() -> oneRound(options, VectorModel.of(5)))
                .isInstanceOf(LayoutMismatchException.class)
                .hasMessageContaining("model.safetensors")
                .hasMessageContaining("\"w\"")
                .hasMessageContaining("[5]")
                .hasMessageContaining("[4]");
        assertThat(other).doesNotExist();
    }

    @Test
    void takenPortIsAnErrorThatLeavesNothingBehind() throws IOException {
        VectorModel model = VectorModel.of(4);
        Path other = runs.resolve("other");
        try (FederatedServer server = start(config(1, 1), model)) {
            ServerOptions options =
                    ServerOptions.builder(other).port(server.url().getPort()).build();
            List<String> owners = List.of("aggregation", "coordinator");
            assertThat(threads()).containsAll(owners);
            assertThatThrownBy(() -> oneRound(options, model))
                    .hasRootCauseInstanceOf(BindException.class);
            assertThat(threads()).filteredOn(owners::contains).hasSize(2);
        }
        try (var left = Files.list(other)) {
            assertThat(left).as("run directories").noneMatch(Files::isDirectory);
        }
    }
}
