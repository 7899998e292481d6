package dev.tributary.server.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.cli.CommandException;
import dev.tributary.evaluation.EvaluationResult;
import dev.tributary.server.CheckpointEvaluation.Measured;
import dev.tributary.server.CheckpointEvaluation.Result;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import picocli.CommandLine;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** {@code tributary evaluate --report}, on the model of a simulation. */
@Timeout(60)
final class ReportTest {
    private static final String RUN =
            """
            name: reported
            device: cpu
            model: logistic
            data:
              dataset: medical
              options:
                examples: 500
                test-examples: 300
              partition:
                clients: 2
            cohort:
              size: 2
            training:
              optimizer:
                learning-rate: 0.3
            rounds: 3
            """;

    @TempDir private Path directory;

    @Test
    void reportHasAllExamplesInTheMatrixAndCurvesFromEndToEnd() throws IOException {
        Path report = directory.resolve("report");
        Path runFile = Files.writeString(directory.resolve("run.yaml"), RUN);
        run(new SimulateCommand(), runFile.toString(), "--runs-dir=" + directory.resolve("runs"));
        run(
                new EvaluateCommand(),
                model().toString(),
                "--dataset=medical",
                "--data-option=test-examples=300",
                "--device=cpu",
                "--report=" + report);

        List<String> lines = Files.readAllLines(report.resolve("confusion.csv"));
        assertThat(lines).hasSize(3).startsWith("class,taken for 0,taken for 1");
        long right = count(lines, 0, 0) + count(lines, 1, 1);
        assertThat(right + count(lines, 0, 1) + count(lines, 1, 0)).isEqualTo(300);
        assertThat(right).isGreaterThan(240);
        assertThat(Files.readString(report.resolve("roc.svg")))
                .contains("<svg", "ROC curve, AUC 0.9", "logistic on medical, 300 examples");
        assertThat(Files.readString(report.resolve("calibration.svg")))
                .contains("<svg", "Calibration", "probability of class 1, %");
    }

    @Test
    void reportCallsClassesAsTheDataDoes() throws IOException {
        StringBuilder rows = new StringBuilder("degrees,sky\n");
        for (int i = 0; i < 40; i++) {
            rows.append("%d,%s%n".formatted(i, i < 20 ? "\"clear, dry\"" : "grey"));
        }
        Files.writeString(directory.resolve("sky.csv"), rows);
        String data =
                "{dataset: csv, directory: ., options: {train-file: sky.csv, test-file: sky.csv,";
        Path runFile =
                Files.writeString(
                        directory.resolve("run.yaml"),
                        "device: cpu\nmodel: logistic\nrounds: 1\ncohort: {size: 1}\ndata: "
                                + data
                                + " label: sky}, partition: {clients: 1}}\n");
        run(new SimulateCommand(), runFile.toString(), "--runs-dir=" + directory.resolve("runs"));
        Path report = directory.resolve("report");
        run(new EvaluateCommand(), model().toString(), "--device=cpu", "--report=" + report);

        assertThat(Files.readAllLines(report.resolve("confusion.csv")))
                .hasSize(3)
                .startsWith("class,\"taken for clear, dry\",taken for grey")
                .anyMatch(line -> line.startsWith("\"clear, dry\","))
                .anyMatch(line -> line.startsWith("grey,"));
        assertThat(Files.readString(report.resolve("roc.svg")))
                .contains("false positive rate, %", "true positive rate (class grey), %")
                .doesNotContain("100.00");
    }

    @Test
    void regressionHasNoSuchReport() {
        Measured measured =
                new Measured(
                        new Result("linear", "traffic", 3, 0.1, null, Map.of(), "cpu"),
                        new EvaluationResult(3, 0.3, 0),
                        List.of());

        assertThatThrownBy(() -> ClassificationReport.write(directory.resolve("no"), measured))
                .isInstanceOf(CommandException.class)
                .hasMessage("--report: expected a classifier of 2 to 64 classes, found linear");
        assertThat(directory.resolve("no")).doesNotExist();
    }

    private Path model() throws IOException {
        try (Stream<Path> files = Files.walk(directory.resolve("runs"))) {
            return files.filter(file -> file.endsWith("model.safetensors"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static long count(List<String> lines, int truth, int guess) {
        return Long.parseLong(lines.get(truth + 1).split(",", -1)[guess + 1]);
    }

    private static void run(Object command, String... arguments) {
        StringWriter err = new StringWriter();
        CommandLine line = new CommandLine(command);
        line.setOut(new PrintWriter(new StringWriter())).setErr(new PrintWriter(err));
        assertThat(line.execute(arguments)).as(Arrays.toString(arguments) + err).isZero();
    }
}
