package dev.tributary.server.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import picocli.CommandLine;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The command as a user types it; and where clients are unequally fast, FedBuff's gain. */
@Timeout(120)
final class CompareCommandTest {
    private static final String RUN =
            """
            name: %s
            device: cpu
            model: logistic
            data:
              dataset: digits
              options:
                examples: 2000
                test-examples: 500
              partition:
                clients: 100
            cohort:
              size: 10
              minimum: 10
              deadline: 10h
            training:
              batch-size: 10
            strategy:
              name: %s
            rounds: 60
            stop:
              accuracy: 0.8
            """;
    private static final String SLOW =
            """
            simulation:
              speed:
                shape: lognormal
                sigma: 1.0
              seconds-per-example: 0.1
            """;

    @TempDir private Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void fedBuffNeedsLessThanHalfOfFedAvgsTimeWhereSpeedsAreHeavyTailed() throws IOException {
        Path average = write("average", RUN.formatted("average", "fedavg") + SLOW);
        Path buffered = write("buffered", RUN.formatted("buffered", "fedbuff") + SLOW);

        assertThat(compare("--json", average.toString(), buffered.toString())).isZero();

        JsonArray runs = result().getAsJsonArray("runs");
        assertThat(result().get("target").getAsDouble()).isEqualTo(0.8);
        double slow = secondsToTarget(runs, 0);
        double fast = secondsToTarget(runs, 1);
        assertThat(fast).isPositive().isLessThan(slow / 2);
        List<String> csv = Files.readAllLines(directory.resolve("out/comparison.csv"));
        assertThat(csv).hasSize(3);
        assertThat(csv.get(0)).startsWith("run,strategy,target,rounds_to_target,");
        assertThat(csv.get(2)).startsWith("buffered,fedbuff,0.8,").contains("," + fast + ",");
        assertThat(Files.readString(directory.resolve("out/comparison.md")))
                .contains("| run | strategy | rounds to 0.8000 |", "| buffered | fedbuff |");
        assertThat(Files.readString(directory.resolve("out/comparison.svg")))
                .contains("simulated time, s", "buffered", "target: accuracy 0.8000");
    }

    @Test
    void runsThatHaveBeenAreReadAndNeedNoTarget() throws IOException {
        String brief =
                RUN.formatted("brief", "fedavg")
                        .replace("rounds: 60", "rounds: 2")
                        .replace("stop:\n  accuracy: 0.8\n", "");
        Path file = write("brief", brief);
        assertThat(compare("--json", file.toString())).isZero();
        JsonObject first = result().getAsJsonArray("runs").get(0).getAsJsonObject();
        String left = first.get("run_dir").getAsString();

        assertThat(compare(left, left)).isZero();
        assertThat(err.toString()).isEmpty();

        assertThat(out.toString()).contains("brief", "brief#2", "fedavg", "rounds");
        assertThat(first.get("rounds").getAsInt()).isEqualTo(2);
        assertThat(first.get("bytes").getAsLong()).isEqualTo(2 * 2 * 10 * 7850 * 4);
        assertThat(first.get("simulated_seconds").isJsonNull()).isTrue();
    }

    @Test
    void runsOnDifferentDataAreToldApart() throws IOException {
        String brief =
                RUN.formatted("brief", "fedavg")
                        .replace("rounds: 60", "rounds: 1")
                        .replace("stop:\n  accuracy: 0.8\n", "");
        Path some = write("some", brief);
        Path more = write("more", brief.replace("examples: 2000", "examples: 2100"));
        assertThat(compare(some.toString(), more.toString())).isZero();
        assertThat(err.toString().lines())
                .containsExactly(
                        "warning: the runs are about different data, so that their figures do not"
                                + " compare: digits {examples=2000, test-examples=500}; digits"
                                + " {examples=2100, test-examples=500}");
        assertThat(directory.resolve("out/comparison.md")).exists();
    }

    @Test
    void modelsThatClientsHaveForThemselvesAreComparedByWhatTheyAreFor() throws IOException {
        String brief =
                RUN.formatted("own", "fine-tuning")
                        .replace("rounds: 60", "rounds: 2\nevaluation: {federated: true}")
                        .replace("batch-size: 10", "batch-size: 10\n  holdout: 0.25");
        Path file = write("own", brief);
        assertThat(compare("--json", "--target=0.3", file.toString())).isZero();
        JsonObject run = result().getAsJsonArray("runs").get(0).getAsJsonObject();
        assertThat(run.get("personal").getAsBoolean()).isTrue();
        assertThat(run.get("accuracy").getAsDouble())
                .isNotEqualTo(run.get("global_accuracy").getAsDouble());

        assertThat(compare(run.get("run_dir").getAsString())).isZero();

        assertThat(out.toString()).contains(" personal, ").contains(" global ");
        assertThat(Files.readString(directory.resolve("out/comparison.svg")))
                .contains("own, personal");
        assertThat(Files.readAllLines(directory.resolve("out/comparison.csv")).get(1))
                .endsWith("," + run.get("global_accuracy").getAsDouble());
    }

    @Test
    void targetThatIsNotReachedHasNoPrice() throws IOException {
        String brief = RUN.formatted("brief", "fedavg").replace("rounds: 60", "rounds: 1");
        assertThat(compare("--json", "--target=0.99", write("brief", brief).toString())).isZero();

        JsonObject run = result().getAsJsonArray("runs").get(0).getAsJsonObject();
        assertThat(run.get("rounds_to_target").isJsonNull()).isTrue();
        assertThat(run.get("bytes_to_target").isJsonNull()).isTrue();
        assertThat(run.get("best_accuracy").getAsDouble()).isBetween(0.0, 0.99);
    }

    @Test
    void runsOnNumbersAreComparedByTheirError() throws IOException {
        String numbers =
                RUN.formatted("numbers", "fedavg")
                        .replace("rounds: 60", "rounds: 4")
                        .replace("stop:\n  accuracy: 0.8\n", "")
                        .replace("model: logistic", "model: linear")
                        .replace("dataset: digits", "dataset: traffic")
                        .replace(
                                "batch-size: 10",
                                "batch-size: 10\n  optimizer: {learning-rate: 0.02}");
        Path file = write("numbers", numbers);
        assertThat(compare("--json", file.toString())).isZero();
        JsonObject free = result().getAsJsonArray("runs").get(0).getAsJsonObject();
        double last = free.get("rmse").getAsDouble();
        assertThat(result().get("measure").getAsString()).isEqualTo("rmse");
        assertThat(free.get("best_rmse").getAsDouble()).isPositive().isLessThanOrEqualTo(last);
        assertThat(free.has("accuracy")).isFalse();

        String left = free.get("run_dir").getAsString();
        assertThat(compare("--target=%s".formatted(2 * last), left)).isZero();
        assertThat(out.toString()).contains("best RMSE", "final RMSE", "rounds to ");
        assertThat(out.toString()).doesNotContain("accuracy");
        assertThat(Files.readString(directory.resolve("out/comparison.svg")))
                .contains(">RMSE<", "target: RMSE ")
                .doesNotContain("accuracy");
        assertThat(Files.readAllLines(directory.resolve("out/comparison.csv")).get(0))
                .contains(",best_rmse,rmse,");

        assertThat(compare("--json", "--target=" + last, left)).isZero();
        JsonObject reached = result().getAsJsonArray("runs").get(0).getAsJsonObject();
        assertThat(reached.get("rounds_to_target").getAsInt()).isBetween(1, 4);
        assertThat(compare("--json", "--target=" + last / 100, left)).isZero();
        JsonObject never = result().getAsJsonArray("runs").get(0).getAsJsonObject();
        assertThat(never.get("rounds_to_target").isJsonNull()).isTrue();
    }

    @Test
    void targetThatNoRunCanReachIsTold() throws IOException {
        String brief = RUN.formatted("brief", "fedavg").replace("rounds: 60", "rounds: 1");
        assertThat(compare("--target=97", write("brief", brief).toString())).isNotZero();
        assertThat(err.toString())
                .contains("in (0, 1], for these runs are judged by their accuracy");
    }

    @Test
    void lastFileIsCheckedBeforeTheFirstIsSimulated() throws IOException {
        Path good = write("good", RUN.formatted("good", "fedavg"));
        Path bad = write("bad", RUN.formatted("bad", "fedbuf"));

        assertThat(compare(good.toString(), bad.toString())).isNotZero();

        assertThat(err.toString()).contains("fedbuf");
        assertThat(directory.resolve("runs")).doesNotExist();
    }

    private Path write(String name, String yaml) throws IOException {
        return Files.writeString(directory.resolve(name + ".yaml"), yaml);
    }

    private int compare(String... arguments) {
        out.getBuffer().setLength(0);
        CommandLine command = new CommandLine(new CompareCommand());
        command.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        String[] fixed = {
            "--runs-dir=" + directory.resolve("runs"),
            "--out=" + directory.resolve("out"),
            "--threads=2"
        };
        return command.execute(
                Stream.concat(Stream.of(fixed), Stream.of(arguments)).toArray(String[]::new));
    }

    private JsonObject result() {
        String last =
                out.toString().strip().lines().reduce((first, second) -> second).orElseThrow();
        return JsonParser.parseString(last).getAsJsonObject();
    }

    private static double secondsToTarget(JsonArray runs, int index) {
        return runs.get(index).getAsJsonObject().get("simulated_seconds_to_target").getAsDouble();
    }
}
