package dev.tributary.server.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import static java.util.Objects.requireNonNull;

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

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;

import dev.tributary.cli.ErrorText;
import dev.tributary.config.RunFile;
import dev.tributary.data.DatasetCatalog;
import dev.tributary.data.DatasetSource;
import dev.tributary.data.LocalDataset;
import dev.tributary.models.catalog.ModelCatalog;
import dev.tributary.models.catalog.ModelDefinition;
import dev.tributary.parameters.Checkpoint;
import dev.tributary.parameters.ParameterLayout;
import dev.tributary.parameters.TensorSpec;
import dev.tributary.protocol.Json;
import dev.tributary.protocol.ModelSpec;
import dev.tributary.protocol.RoundMetrics;
import dev.tributary.protocol.RunStatus;
import dev.tributary.random.RandomStreams;
import dev.tributary.server.SavedModel;
import dev.tributary.server.SimulatedRun;
import dev.tributary.testkit.TorchScripts;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import picocli.CommandLine;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/** What a user does with a model's file: predict, export, import. */
@Timeout(60)
final class SavedModelCommandsTest {
    private static final Map<String, String> DATA =
            Map.of("examples", "60", "test-examples", "40", "features", "5");
    private static final String[] DATA_ARGUMENTS = {
        "--dataset=tabular",
        "--data-option=examples=60",
        "--data-option=test-examples=40",
        "--data-option=features=5"
    };
    private static final Map<String, String> OPTIONS =
            Map.of("input", "5", "classes", "2", "hidden", "8");

    @TempDir private Path directory;

    @CommandLine.Command(name = "tributary")
    private static final class Tributary {}

    @Test
    void predictionsAreWhatEvaluateCounts() throws IOException {
        Path model = model(new ModelSpec("mlp", OPTIONS));
        List<String> csv = lines("predict", model.toString(), DATA_ARGUMENTS);
        List<String> json =
                lines("predict", model.toString(), with(DATA_ARGUMENTS, "--format=jsonl"));

        assertThat(csv.get(0)).isEqualTo("example,prediction,probability of 0,probability of 1");
        assertThat(csv).hasSize(41);
        assertThat(json).hasSize(40);
        float[] labels = data().test().labels();
        int correct = 0;
        for (int i = 0; i < 40; i++) {
            JsonObject line = JsonParser.parseString(json.get(i)).getAsJsonObject();
            double zero = line.get("probability of 0").getAsDouble();
            double one = line.get("probability of 1").getAsDouble();
            assertThat(zero + one).isCloseTo(1, within(1e-9));
            assertThat(line.get("example").getAsInt()).isEqualTo(i + 1);
            String prediction = line.get("prediction").getAsString();
            assertThat(prediction).isEqualTo(one > zero ? "1" : "0");
            assertThat(csv.get(i + 1))
                    .isEqualTo("%d,%s,%s,%s".formatted(i + 1, prediction, zero, one));
            correct += Integer.parseInt(prediction) == (int) labels[i] ? 1 : 0;
        }
        String measured =
                lines("evaluate", model.toString(), with(DATA_ARGUMENTS, "--json")).get(0);
        double accuracy =
                JsonParser.parseString(measured).getAsJsonObject().get("accuracy").getAsDouble();
        assertThat(correct / 40.0).isEqualTo(accuracy);
    }

    @Test
    void rowsOfAnotherFileNeedNoLabels() throws IOException {
        Files.writeString(
                directory.resolve("train.csv"),
                "age,smoker,ill\n20,no,healthy\n60,yes,ill\n40,yes,\"ill\"\n30,no,healthy\n");
        Path rows = Files.writeString(directory.resolve("new.csv"), "smoker,age\nyes,70\nno,20\n");
        ModelSpec spec = new ModelSpec("logistic", Map.of("input", "4", "classes", "2"));
        Path out = directory.resolve("new").resolve("predictions.csv");
        List<String> told =
                lines(
                        "predict",
                        model(spec).toString(),
                        "--dataset=csv",
                        "--data-dir=" + directory,
                        "--data-option=train-file=train.csv",
                        "--data-option=label=ill",
                        "--rows=" + rows,
                        "--out=" + out);

        assertThat(told).containsExactly(out + ": predictions for 2 examples");
        List<String> lines = Files.readAllLines(out);
        assertThat(lines).hasSize(3);
        assertThat(lines.get(0))
                .isEqualTo("example,prediction,probability of healthy,probability of ill");
        assertThat(lines.get(1)).matches("1,(healthy|ill),0\\.\\d+,0\\.\\d+");
    }

    @Test
    void modelOfSeveralLabelsIsTrainedMeasuredAndAsked() throws Exception {
        // "warm" above 20 degrees, "wet" above 60 percent, and neither, or both.
        StringBuilder table = new StringBuilder("degrees,percent,labels\n");
        SplittableRandom random = new SplittableRandom(7);
        for (int i = 0; i < 240; i++) {
            int degrees = random.nextInt(41);
            int percent = 20 + random.nextInt(81);
            String labels =
                    String.join(
                            "|",
                            Stream.of(degrees > 20 ? "warm" : "", percent > 60 ? "wet" : "")
                                    .filter(label -> !label.isEmpty())
                                    .toList());
            table.append("%d,%d,%s%n".formatted(degrees, percent, labels));
        }
        Files.writeString(directory.resolve("weather.csv"), table);
        Path runFile =
                Files.writeString(
                        directory.resolve("run.yaml"),
                        """
                        name: weather
                        device: cpu
                        model:
                          name: mlp
                          options:
                            hidden: 8
                            loss: multi-label
                        data:
                          dataset: csv
                          directory: "%s"
                          options:
                            train-file: weather.csv
                            test-file: weather.csv
                            label: labels
                            task: multi-label
                          partition:
                            clients: 3
                        training:
                          local-epochs: 2
                          optimizer:
                            learning-rate: 0.5
                        cohort:
                          size: 3
                        rounds: 8
                        """
                                .formatted(directory));
        try (SimulatedRun run =
                new SimulatedRun(RunFile.read(runFile), directory.resolve("runs"), 1)) {
            RunStatus end = run.run();
            RoundMetrics last = end.history().get(end.history().size() - 1);
            Map<String, Double> measures = requireNonNull(last.measures());
            assertThat(measures).containsKeys("f1", "accuracy_0", "f1_0", "accuracy_1", "f1_1");
            assertThat(measures.get("f1")).isGreaterThan(0.9);
            double mean =
                    Stream.of("f1_0", "f1_1")
                            .mapToDouble(name -> measures.getOrDefault(name, Double.NaN))
                            .average()
                            .orElseThrow();
            assertThat(measures.get("f1")).isCloseTo(mean, within(1e-9));
            assertThat(last.accuracy()).isGreaterThan(0.8);

            Path rows =
                    Files.writeString(
                            directory.resolve("today.csv"),
                            "degrees,percent\n40,100\n0,20\n40,20\n0,100\n");
            List<String> lines =
                    lines(
                            "predict",
                            run.directory().resolve("model.safetensors").toString(),
                            "--dataset=csv",
                            "--data-dir=" + directory,
                            "--data-option=train-file=weather.csv",
                            "--data-option=label=labels",
                            "--data-option=task=multi-label",
                            "--rows=" + rows);
            assertThat(lines.get(0))
                    .isEqualTo("example,prediction,probability of warm,probability of wet");
            assertThat(lines.stream().skip(1).map(line -> line.split(",", -1)[1]))
                    .containsExactly("warm|wet", "", "warm", "wet");
        }
    }

    @Test
    void runFileBesideTheModelSaysHowItsDataIsRead() throws Exception {
        StringBuilder table = new StringBuilder("degrees,percent,sky\n");
        for (int i = 0; i < 40; i++) {
            table.append("%d,%d,%s%n".formatted(i, 900 - i * i, i % 3 == 0 ? "clear" : "grey"));
        }
        Files.writeString(directory.resolve("sky.csv"), table);
        Path runFile =
                Files.writeString(
                        directory.resolve("sky.yaml"),
                        """
                        seed: 9
                        device: cpu
                        model: logistic
                        data:
                          dataset: csv
                          directory: .
                          options: {train-file: sky.csv, test-file: sky.csv, label: sky, scale: range}
                          partition: {clients: 2}
                        cohort: {size: 2}
                        rounds: 1
                        """);
        try (SimulatedRun run =
                new SimulatedRun(RunFile.read(runFile), directory.resolve("runs"), 1)) {
            RoundMetrics last = run.run().history().get(1);
            String model = run.directory().resolve("model.safetensors").toString();

            List<String> told = new ArrayList<>();
            JsonObject measured =
                    JsonParser.parseString(lines(told, "evaluate", model, "--json").get(0))
                            .getAsJsonObject();
            assertThat(measured.get("loss").getAsDouble())
                    .isCloseTo(requireNonNull(last.loss()), within(1e-6));
            assertThat(told).hasSize(1);
            assertThat(told.get(0))
                    .startsWith(
                            "Data as in "
                                    + run.directory().resolve("run.yaml")
                                    + ": csv in "
                                    + directory
                                    + ", seed 9")
                    .contains("label=sky, scale=range, test-file=sky.csv");
            assertThat(lines("predict", model).get(0))
                    .isEqualTo("example,prediction,probability of clear,probability of grey");

            String other = lines("evaluate", model, "--data-option=scale=robust", "--json").get(0);
            assertThat(JsonParser.parseString(other).getAsJsonObject().get("loss").getAsDouble())
                    .isNotEqualTo(measured.get("loss").getAsDouble());
        }
        assertThat(failure("evaluate", model(new ModelSpec("mlp", OPTIONS)).toString()))
                .contains("--dataset: expected a data set, for there is no run.yaml beside");
    }

    @Test
    void exportedDirectoryLoadsWithPlainDjl() throws Exception {
        Path model = model(new ModelSpec("mlp", OPTIONS));
        Path exported = directory.resolve("my-model");
        lines("export", model.toString(), "--format=djl", "--out=" + exported);

        assertThat(djlOutputs(exported)).isEqualTo(outputs(model));
    }

    @Test
    void exportMergesAdaptersIntoAModelThatNeedsNoBase() throws Exception {
        Path base = model(new ModelSpec("mlp", OPTIONS));
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
        Path model = model(new ModelSpec("mlp", OPTIONS));
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

    private Path model(ModelSpec spec) throws IOException {
        Path file = directory.resolve(spec.name() + ".safetensors");
        ModelDefinition definition = ModelCatalog.load().create(spec);
        try (NDManager manager = NDManager.newBaseManager(Device.cpu())) {
            NDArray flat = manager.zeros(new Shape(definition.layout().size()));
            definition.initialize(flat, new RandomStreams(4));
            write(file, spec, definition.layout(), flat);
        }
        return file;
    }

    private static void write(Path file, ModelSpec spec, ParameterLayout layout, NDArray flat)
            throws IOException {
        Map<String, String> metadata =
                Map.of("model", spec.name(), "model_options", Json.write(spec.options()));
        Checkpoint.write(file, layout, flat, metadata);
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

    private static DatasetSource data() {
        return DatasetCatalog.load().open("tabular", null, DATA, 1);
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

    private static String[] with(String[] arguments, String... more) {
        List<String> all = new ArrayList<>(Arrays.asList(arguments));
        all.addAll(Arrays.asList(more));
        return all.toArray(String[]::new);
    }

    private static List<String> lines(String command, String file, String... arguments) {
        return lines(new ArrayList<>(), command, file, arguments);
    }

    /** As above, with what is told on the standard error. */
    private static List<String> lines(
            List<String> told, String command, String file, String... arguments) {
        List<String> failures = new ArrayList<>();
        List<String> lines = run(failures, told, command, file, arguments);
        assertThat(failures).isEmpty();
        return lines;
    }

    private static String failure(String command, String file, String... arguments) {
        List<String> failures = new ArrayList<>();
        run(failures, new ArrayList<>(), command, file, arguments);
        assertThat(failures).hasSize(1);
        return failures.get(0);
    }

    private static List<String> run(
            List<String> failures,
            List<String> told,
            String command,
            String file,
            String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine line =
                new CommandLine(new Tributary())
                        .addSubcommand(new PredictCommand())
                        .addSubcommand(new EvaluateCommand())
                        .addSubcommand(new ExportCommand())
                        .addSubcommand(new ImportCommand())
                        .setOut(new PrintWriter(out, true))
                        .setErr(new PrintWriter(err, true))
                        .setCaseInsensitiveEnumValuesAllowed(true)
                        .setExecutionExceptionHandler(
                                (failure, each, parsed) -> {
                                    failures.add(ErrorText.of(failure));
                                    return 1;
                                });
        int exit = line.execute(with(new String[] {command, file}, arguments));
        assertThat(exit).isEqualTo(failures.size());
        told.addAll(err.toString().lines().toList());
        return out.toString().lines().toList();
    }
}
