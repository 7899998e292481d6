package dev.tributary.server.command;

import static dev.tributary.server.command.SavedModelCommands.OPTIONS;
import static dev.tributary.server.command.SavedModelCommands.data;
import static dev.tributary.server.command.SavedModelCommands.failure;
import static dev.tributary.server.command.SavedModelCommands.lines;
import static dev.tributary.server.command.SavedModelCommands.model;
import static dev.tributary.server.command.SavedModelCommands.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ModelException;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.NoopTranslator;
import ai.djl.translate.TranslateException;

import dev.tributary.data.LocalDataset;
import dev.tributary.models.catalog.ModelCatalog;
import dev.tributary.models.catalog.ModelDefinition;
import dev.tributary.parameters.Checkpoint;
import dev.tributary.parameters.ParameterLayout;
import dev.tributary.parameters.TensorSpec;
import dev.tributary.protocol.ModelSpec;
import dev.tributary.random.RandomStreams;
import dev.tributary.server.SavedModel;
import dev.tributary.testkit.TorchScripts;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Models go to files of other programs, and come from them. */
@Timeout(60)
final class ModelFilesTest {
    @TempDir private Path directory;

    @Test
    void exportedDirectoryLoadsWithPlainDjl() throws Exception {
        Path model = model(directory, new ModelSpec("mlp", OPTIONS));
        Path exported = directory.resolve("my-model");
        lines("export", model.toString(), "--format=djl", "--out=" + exported);

        assertThat(djlOutputs(exported)).isEqualTo(outputs(model));
    }

    @Test
    void exportMergesAdaptersIntoAModelThatNeedsNoBase() throws Exception {
        Path base = model(directory, new ModelSpec("mlp", OPTIONS));
        Map<String, String> options = new HashMap<>(OPTIONS);
        options.putAll(Map.of("base", base.toString(), "freeze", "*", "lora-rank", "2"));
        ModelSpec adapted = new ModelSpec("mlp", options);
        ModelDefinition definition = ModelCatalog.load().create(adapted);
        Path adapters = directory.resolve("adapters.safetensors");
        try (NDManager manager = NDManager.newBaseManager(Device.cpu())) {
            // Not the initial ones, which would change nothing.
            float[] values = new float[(int) definition.layout().size()];
            for (int i = 0; i < values.length; i++) {
                values[i] = (i % 7 - 3) / 10f;
            }
            write(adapters, adapted, definition.layout(), manager.create(values));
        }
        Path merged = directory.resolve("new").resolve("merged.safetensors");
        lines("export", adapters.toString(), "--format=safetensors", "--out=" + merged);
        float[][] expected = outputs(adapters);
        Files.delete(base);

        float[][] found = outputs(merged);
        for (int i = 0; i < found.length; i++) {
            assertThat(found[i]).containsExactly(expected[i], within(1e-5f));
        }
        try (Checkpoint checkpoint = Checkpoint.open(merged)) {
            assertThat(checkpoint.header().tensors().keySet())
                    .containsExactly(
                            "02Linear_weight", "02Linear_bias", "04Linear_weight", "04Linear_bias");
            assertThat(checkpoint.header().metadata().get("model_options")).doesNotContain("lora");
        }
    }

    @Test
    void exportedTorchScriptLoadsWithPlainDjl() throws Exception {
        String file = TorchScripts.dropout(directory).toString();
        ModelSpec spec =
                new ModelSpec("torchscript", Map.of("file", file, "input", "5", "classes", "2"));
        Path model = directory.resolve("tuned.safetensors");
        ModelDefinition definition = ModelCatalog.load().create(spec);
        try (NDManager manager = NDManager.newBaseManager(Device.cpu())) {
            NDArray flat = manager.zeros(new Shape(definition.layout().size()));
            definition.initialize(flat, new RandomStreams(1));
            flat.muli(0.5f);
            write(model, spec, definition.layout(), flat);
        }
        Path exported = Files.createDirectory(directory.resolve("exported"));
        lines(
                "export",
                model.toString(),
                "--format=torchscript",
                "--out=" + exported.resolve("exported.pt"));

        assertThat(djlOutputs(exported)).isEqualTo(outputs(model));
        assertThat(failure("export", model.toString(), "--format=djl", "--out=" + directory))
                .contains("expected the form torchscript");
    }

    @Test
    void weightsOfPyTorchComeByATableOfNames() throws IOException {
        Path model = model(directory, new ModelSpec("mlp", OPTIONS));
        Path weights = directory.resolve("weights.safetensors");
        try (NDManager manager = NDManager.newBaseManager(Device.cpu())) {
            ParameterLayout layout =
                    ParameterLayout.builder()
                            .trainable("fc1.weight", 8, 5)
                            .trainable("fc1.bias", 8)
                            .trainable("fc2.kernel", 8, 2)
                            .trainable("fc2.bias", 2)
                            .trainable("bn.num_batches_tracked", 1)
                            .build();
            NDArray flat = manager.zeros(new Shape(layout.size()));
            NDArray own = flat(model, manager);
            flat.set(new NDIndex("0:48"), own.get("0:48"));
            flat.set(new NDIndex("48:64"), own.get("48:64").reshape(2, 8).transpose().flatten());
            flat.set(new NDIndex("64:66"), own.get("64:66"));
            Checkpoint.write(weights, layout, flat, Map.of());
        }
        Path names =
                Files.writeString(
                        directory.resolve("names.txt"),
                        """
                        # ours            theirs
                        02Linear_weight   fc1.weight
                        02Linear_bias     fc1.bias
                        04Linear_weight   fc2.kernel  transposed
                        04Linear_bias     fc2.bias    # as it is
                        -                 *.num_batches_tracked
                        """);
        Path imported = directory.resolve("new").resolve("imported.safetensors");
        lines("import", weights.toString(), importing(imported, "--names=" + names));

        assertThat(outputs(imported)).isEqualTo(outputs(model));
        assertThat(failure("import", weights.toString(), importing(imported)))
                .contains("\"02Linear_weight\" [8, 5]: none named \"02Linear_weight\" in the file")
                .contains("\"fc2.kernel\" of the file is not used")
                .contains("the file has fc1.weight[8, 5], fc1.bias[8], fc2.kernel[8, 2]");
        Files.writeString(names, "02Linear_weight fc2.kernel transposed\nnothing fc1.bias\n");
        assertThat(failure("import", weights.toString(), importing(imported, "--names=" + names)))
                .contains("\"02Linear_weight\": expected shape [5, 8] of \"fc2.kernel\", a matrix")
                .contains("\"nothing\": no such tensor in the model");
        Files.writeString(names, "02Linear_weight\n");
        assertThat(failure("import", weights.toString(), importing(imported, "--names=" + names)))
                .contains("line 1: expected the model's name, the file's name");
    }

    private static String[] importing(Path target, String... more) {
        List<String> arguments = new ArrayList<>();
        OPTIONS.forEach((name, value) -> arguments.add("--model-option=" + name + "=" + value));
        arguments.addAll(List.of(more));
        arguments.addAll(List.of("--model=mlp", "--out=" + target));
        return arguments.toArray(String[]::new);
    }

    private static NDArray flat(Path model, NDManager manager) throws IOException {
        try (Checkpoint checkpoint = Checkpoint.open(model)) {
            ParameterLayout.Builder layout = ParameterLayout.builder();
            checkpoint
                    .header()
                    .tensors()
                    .forEach(
                            (name, entry) ->
                                    layout.trainable(
                                            name,
                                            entry.shape().stream()
                                                    .mapToLong(Long::longValue)
                                                    .toArray()));
            NDArray flat = manager.zeros(new Shape(layout.build().size()));
            for (TensorSpec tensor : layout.build().tensors()) {
                checkpoint.read(tensor.name(), tensor, flat);
            }
            return flat;
        }
    }

    private static float[][] outputs(Path model) throws IOException {
        SavedModel.Source source = new SavedModel.Source(model, null, Map.of());
        try (SavedModel saved = SavedModel.open(source, null, Device.cpu())) {
            return saved.outputs(data().test());
        }
    }

    /** As any program that knows DJL would load it. */
    private static float[][] djlOutputs(Path path)
            throws IOException, ModelException, TranslateException {
        LocalDataset test = data().test();
        Criteria<NDList, NDList> criteria =
                Criteria.builder()
                        .setTypes(NDList.class, NDList.class)
                        .optModelPath(path)
                        .optEngine("PyTorch")
                        .optDevice(Device.cpu())
                        .optTranslator(new NoopTranslator())
                        .build();
        try (ZooModel<NDList, NDList> model = criteria.loadModel();
                Predictor<NDList, NDList> predictor = model.newPredictor();
                NDManager manager = NDManager.newBaseManager(Device.cpu())) {
            NDArray features = manager.create(test.features(), new Shape(test.exampleCount(), 5));
            NDArray outputs = predictor.predict(new NDList(features)).singletonOrThrow();
            float[] values = outputs.toFloatArray();
            float[][] rows = new float[test.exampleCount()][];
            for (int i = 0; i < rows.length; i++) {
                rows[i] = Arrays.copyOfRange(values, 2 * i, 2 * i + 2);
            }
            return rows;
        }
    }
}
