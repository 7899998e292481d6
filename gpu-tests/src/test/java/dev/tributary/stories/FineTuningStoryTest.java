package dev.tributary.stories;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import static java.util.Objects.requireNonNull;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.basicmodelzoo.basic.Mlp;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.NoopTranslator;

import dev.tributary.agent.CatalogTrainers;
import dev.tributary.agent.ModelTrainers;
import dev.tributary.config.CohortConfig;
import dev.tributary.config.DataConfig;
import dev.tributary.config.EvaluationConfig;
import dev.tributary.config.RunConfig;
import dev.tributary.data.LocalDataset;
import dev.tributary.device.GradientScope;
import dev.tributary.models.catalog.CatalogBlockFactory;
import dev.tributary.models.catalog.ModelCatalog;
import dev.tributary.models.catalog.ModelDefinition;
import dev.tributary.models.catalog.ModelDirectory;
import dev.tributary.parameters.Checkpoint;
import dev.tributary.protocol.ModelSpec;
import dev.tributary.protocol.RoundMetrics;
import dev.tributary.protocol.RunStatus;
import dev.tributary.random.RandomStreams;
import dev.tributary.server.ModelExport;
import dev.tributary.server.SavedModel;
import dev.tributary.testkit.TinyTask;
import dev.tributary.testkit.TorchScripts;
import dev.tributary.training.TrainingPlan;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/** Models that were there before the run: two agents and a server train them further. */
@Timeout(60)
class FineTuningStoryTest {
    private static final Map<String, String> TABLE = Map.of("input", "5", "classes", "2");
    private static final Map<String, String> MLP =
            Map.of(
                    "blockFactory",
                    "ai.djl.basicmodelzoo.basic.MlpBlockFactory",
                    "width",
                    "5",
                    "height",
                    "1",
                    "output",
                    "2",
                    "hidden",
                    "16");

    @TempDir private Path directory;

    @Test
    void twoAgentsFineTuneAModuleThatPyTorchHasSaved() throws Exception {
        Path module = TorchScripts.dropout(directory);
        assertThat(tensorsAfter(with("torchscript", "file", module.toString())))
                .containsExactly("hidden.weight", "hidden.bias", "output.weight", "output.bias");
    }

    @Test
    void whatDjlHasSavedIsTrainedAndDjlLoadsTheResult() throws Exception {
        Path saved = Files.createDirectory(directory.resolve("saved"));
        Block block = new Mlp(5, 2, new int[] {16});
        try (GradientScope off = GradientScope.off();
                Model model = Model.newInstance("saved", Device.cpu(), "PyTorch")) {
            model.setBlock(block);
            block.initialize(model.getNDManager(), DataType.FLOAT32, new Shape(1, 5));
            model.save(saved, "saved");
        }
        float[] before = djlOutputs(saved, MLP);
        Path parameters = saved.resolve("saved-0000.params");
        Map<String, String> options = new HashMap<>(TABLE);
        options.put("block-factory", MLP.get("blockFactory"));
        options.put("arguments", "width=5;height=1;output=2;hidden=16");
        options.put("parameters", parameters.toString());
        Path result = fineTuned(new ModelSpec("djl", options));

        Path exported = directory.resolve("exported");
        SavedModel.Source source = new SavedModel.Source(result, null, Map.of());
        float[] expected;
        try (SavedModel trained = SavedModel.open(source, null, Device.cpu())) {
            ModelExport.write(trained, ModelExport.Form.DJL, exported);
            expected = flat(trained.outputs(table().data()));
        }
        // Neither Tributary nor what the run started from is asked.
        Files.delete(parameters);
        Files.delete(exported.resolve(CatalogBlockFactory.SPEC_FILE));
        assertThat(djlOutputs(exported, Map.of()))
                .containsExactly(expected, within(1e-5f))
                .isNotEqualTo(before);
    }

    /** As any program that knows DJL loads a directory, without a network. */
    private static float[] djlOutputs(Path model, Map<String, String> arguments) throws Exception {
        Criteria.Builder<NDList, NDList> criteria =
                Criteria.builder()
                        .setTypes(NDList.class, NDList.class)
                        .optModelPath(model)
                        .optEngine("PyTorch")
                        .optDevice(Device.cpu())
                        .optTranslator(new NoopTranslator());
        arguments.forEach(criteria::optArgument);
        LocalDataset data = table().data();
        try (ZooModel<NDList, NDList> loaded = criteria.build().loadModel();
                Predictor<NDList, NDList> predictor = loaded.newPredictor();
                NDManager manager = NDManager.newBaseManager(Device.cpu())) {
            NDArray rows = manager.create(data.features(), new Shape(data.exampleCount(), 5));
            return predictor.predict(new NDList(rows)).singletonOrThrow().toFloatArray();
        }
    }

    private static float[] flat(float[][] rows) {
        float[] values = new float[2 * rows.length];
        for (int i = 0; i < rows.length; i++) {
            System.arraycopy(rows[i], 0, values, 2 * i, 2);
        }
        return values;
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

    @Test
    void agentOpensNoFileThatOnlyTheServerNames() throws Exception {
        ModelSpec model = with("torchscript", "file", "" + TorchScripts.dropout(directory));
        try (SmallFederation federation =
                new SmallFederation(run(model), directory, index -> table().data())) {
            assertThatThrownBy(() -> federation.agent(0, 1).outcome().get(30, TimeUnit.SECONDS))
                    .hasMessageContaining("option file")
                    .hasMessageContaining("without --model-dir")
                    .hasMessageContaining(directory.toString());
        }
    }

    private Set<String> tensorsAfter(ModelSpec model) throws Exception {
        try (Checkpoint checkpoint = Checkpoint.open(fineTuned(model))) {
            return checkpoint.header().tensors().keySet();
        }
    }

    /** The model's file after three rounds, which must lower the loss. */
    private Path fineTuned(ModelSpec model) throws Exception {
        LocalDataset all = table().data();
        try (SmallFederation federation =
                new SmallFederation(run(model), directory, index -> half(all, index))) {
            ModelDirectory files = ModelDirectory.of(directory);
            ModelTrainers trainers = new CatalogTrainers(ModelCatalog.load(), files);
            federation.agent(trainers, server -> server, 0);
            federation.agent(trainers, server -> server, 1);

            RunStatus end = federation.server().awaitEnd();
            assertThat(end.state()).as(end.message()).isEqualTo(RunStatus.State.FINISHED);
            List<RoundMetrics> rounds = end.history();
            assertThat(rounds).hasSize(3).allMatch(round -> round.accepted() == 2);
            double first = requireNonNull(rounds.get(0).federatedLoss());
            assertThat(rounds.get(2).federatedLoss()).isLessThan(0.95 * first);
            return federation.server().runDirectory().resolve("model.safetensors");
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
