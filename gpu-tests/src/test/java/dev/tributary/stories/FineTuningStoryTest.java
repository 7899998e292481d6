package dev.tributary.stories;

import static org.assertj.core.api.Assertions.assertThat;

import static java.util.Objects.requireNonNull;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

import dev.tributary.config.CohortConfig;
import dev.tributary.config.DataConfig;
import dev.tributary.config.EvaluationConfig;
import dev.tributary.config.RunConfig;
import dev.tributary.data.LocalDataset;
import dev.tributary.models.catalog.ModelCatalog;
import dev.tributary.models.catalog.ModelDefinition;
import dev.tributary.parameters.Checkpoint;
import dev.tributary.protocol.ModelSpec;
import dev.tributary.protocol.RoundMetrics;
import dev.tributary.protocol.RunStatus;
import dev.tributary.random.RandomStreams;
import dev.tributary.testkit.TinyTask;
import dev.tributary.testkit.TorchScripts;
import dev.tributary.training.TrainingPlan;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/** Models that were there before the run: two agents and a server train them further. */
@Timeout(60)
class FineTuningStoryTest {
    private static final Map<String, String> TABLE = Map.of("input", "5", "classes", "2");

    @TempDir private Path directory;

    @Test
    void twoAgentsFineTuneAModuleThatPyTorchHasSaved() throws Exception {
        Path module = TorchScripts.dropout(directory);
        assertThat(tensorsAfter(with("torchscript", "file", module.toString())))
                .containsExactly("hidden.weight", "hidden.bias", "output.weight", "output.bias");
    }

    @Test
    void onlyAdaptersPassBetweenServerAndAgents() throws Exception {
        String base = base(with("mlp", "hidden", "16")).toString();
        Map<String, String> options = new HashMap<>(TABLE);
        options.putAll(Map.of("hidden", "16", "base", base, "freeze", "*", "lora-rank", "2"));
        assertThat(tensorsAfter(new ModelSpec("mlp", options)))
                .containsExactly(
                        "02Linear_weight.lora_A",
                        "02Linear_weight.lora_B",
                        "04Linear_weight.lora_A",
                        "04Linear_weight.lora_B");
    }

    /** Trains for three rounds, which must lower the loss. */
    private Set<String> tensorsAfter(ModelSpec model) throws Exception {
        LocalDataset all = table().data();
        try (SmallFederation federation =
                new SmallFederation(run(model), directory, index -> half(all, index))) {
            federation.agent(0);
            federation.agent(1);

            RunStatus end = federation.server().awaitEnd();
            assertThat(end.state()).as(end.message()).isEqualTo(RunStatus.State.FINISHED);
            List<RoundMetrics> rounds = end.history();
            assertThat(rounds).hasSize(3).allMatch(round -> round.accepted() == 2);
            double first = requireNonNull(rounds.get(0).federatedLoss());
            assertThat(rounds.get(2).federatedLoss()).isLessThan(0.95 * first);
            Path result = federation.server().runDirectory().resolve("model.safetensors");
            try (Checkpoint checkpoint = Checkpoint.open(result)) {
                return checkpoint.header().tensors().keySet();
            }
        }
    }

    private Path base(ModelSpec spec) throws IOException {
        ModelDefinition model = ModelCatalog.load().create(spec);
        Path file = directory.resolve("base.safetensors");
        try (NDManager manager = NDManager.newBaseManager(Device.cpu());
                NDArray flat = manager.zeros(new Shape(model.layout().size()))) {
            model.initialize(flat, new RandomStreams(5));
            Checkpoint.write(file, model.layout(), flat, Map.of());
        }
        return file;
    }

    private static ModelSpec with(String model, String option, String value) {
        Map<String, String> options = new HashMap<>(TABLE);
        options.put(option, value);
        return new ModelSpec(model, options);
    }

    private static TinyTask table() {
        return TinyTask.all().stream()
                .filter(task -> task.kind() == TinyTask.Kind.TABLE && task.classes() == 2)
                .findFirst()
                .orElseThrow();
    }

    private static LocalDataset half(LocalDataset all, int index) {
        return all.subset(
                IntStream.range(0, all.exampleCount()).filter(i -> i % 2 == index).toArray());
    }

    private static RunConfig run(ModelSpec model) {
        return RunConfig.builder(model, DataConfig.of(DataConfig.NONE, 2))
                .device("cpu")
                .cohort(CohortConfig.of(2).withDeadline(Duration.ofSeconds(30)))
                .training(TrainingPlan.sgd(2, 8, 0.1))
                .evaluation(new EvaluationConfig(false, true, 1))
                .rounds(3)
                .build();
    }
}
