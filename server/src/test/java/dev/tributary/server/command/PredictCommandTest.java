package dev.tributary.server.command;

import static dev.tributary.server.command.SavedModelCommands.DATA_ARGUMENTS;
import static dev.tributary.server.command.SavedModelCommands.OPTIONS;
import static dev.tributary.server.command.SavedModelCommands.data;
import static dev.tributary.server.command.SavedModelCommands.failure;
import static dev.tributary.server.command.SavedModelCommands.lines;
import static dev.tributary.server.command.SavedModelCommands.model;
import static dev.tributary.server.command.SavedModelCommands.with;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import static java.util.Objects.requireNonNull;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;

import dev.tributary.config.RunFile;
import dev.tributary.protocol.ModelSpec;
import dev.tributary.protocol.RoundMetrics;
import dev.tributary.protocol.RunStatus;
import dev.tributary.server.SimulatedRun;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/** What a user asks a model in a file: predictions, and how good they are. */
@Timeout(60)
final class PredictCommandTest {
    @TempDir private Path directory;

    @Test
    void fileThatIsNotThereIsSaidBeforeAnythingElse() {
        String file = directory.resolve("none.safetensors").toString();
        assertThat(failure("evaluate", file)).isEqualTo("no such model file: " + file);
    }

    @Test
    void predictionsAreWhatEvaluateCounts() throws IOException {
        Path model = model(directory, new ModelSpec("mlp", OPTIONS));
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
            assertThat(zero + one).isCloseTo(1, within(1e-6));
            assertThat(line.get("probability of 0").getAsString())
                    .isEqualTo(Float.toString((float) zero));
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
                        model(directory, spec).toString(),
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
        assertThat(failure("evaluate", model(directory, new ModelSpec("mlp", OPTIONS)).toString()))
                .contains("--dataset: expected a data set, for there is no run.yaml beside");
    }
}
