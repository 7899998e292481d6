package dev.tributary.server.command;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import picocli.CommandLine;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** The command as a user types it. */
@Timeout(60)
final class SimulateCommandTest {
    private static final String RUN =
            """
            name: story
            device: cpu
            model: logistic
            data:
              dataset: digits
              options:
                examples: 200
                test-examples: 50
              partition:
                clients: 20
            cohort:
              size: 5
            training:
              batch-size: 5
            rounds: 30
            """;

    @TempDir private Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void keysAreThoseOfTheDemo() throws IOException {
        assertThat(run(RUN.replace("rounds: 30", "rounds: 2"), "--json", "--threads=2")).isZero();

        JsonObject result = result();
        assertThat(result.keySet())
                .containsExactly(
                        "run_id",
                        "state",
                        "rounds",
                        "accuracy",
                        "loss",
                        "seconds",
                        "first_round_seconds",
                        "bytes_up",
                        "bytes_down",
                        "clients",
                        "model",
                        "parameters",
                        "device",
                        "model_sha256",
                        "run_dir");
        assertThat(result.get("state").getAsString()).isEqualTo("FINISHED");
        assertThat(result.get("rounds").getAsInt()).isEqualTo(2);
        assertThat(result.get("clients").getAsInt()).isEqualTo(20);
        assertThat(result.get("bytes_up").getAsLong()).isEqualTo(2 * 5 * 7850 * 4);
        assertThat(result.get("model_sha256").getAsString()).hasSize(64);
    }

    @Test
    void whatWasReachedStandsBelowTheLastPictureOnATerminal() throws IOException {
        String screen = onTerminal(RUN.replace("rounds: 30", "rounds: 2"));

        assertThat(screen).contains("in round 2 of 2 after");
        assertThat(screen.substring(screen.lastIndexOf('\u001b')))
                .contains("Reached: accuracy", "Cost: ", "Files: ");
    }

    @Test
    void runWithATargetTellsTheRoundsToIt() throws IOException {
        assertThat(run(RUN + "stop:\n  accuracy: 0.5\n", "--json")).isZero();

        int rounds = result().get("rounds_to_target").getAsInt();
        assertThat(rounds).isBetween(1, 29).isEqualTo(result().get("rounds").getAsInt());
    }

    @Test
    void targetThatIsNotReachedIsNull() throws IOException {
        String far = RUN.replace("rounds: 30", "rounds: 1") + "stop:\n  accuracy: 1.0\n";
        assertThat(run(far, "--json")).isZero();

        assertThat(result().get("rounds_to_target").isJsonNull()).isTrue();
    }

    @Test
    void runThatCannotBeginLeavesNothingBehind() throws IOException {
        assertThat(run(RUN.replace("clients: 20", "clients: 2"), "--json")).isNotZero();

        assertThat(err.toString())
                .contains("cohort.wait-for", "2 by data.partition.clients", "found 5");
        try (Stream<Path> runs = Files.list(directory.resolve("runs"))) {
            assertThat(runs).isEmpty();
        }
    }

    @Test
    void bufferThatTheClientsCannotFillIsRefusedWithItsLine() throws IOException {
        String large = RUN + "strategy:\n  name: fedbuff\n  options:\n    buffer: 21\n";
        assertThat(run(large, "--json")).isNotZero();

        assertThat(err.toString())
                .contains(
                        "run.yaml:19: strategy.options.buffer: expected at most"
                                + " data.partition.clients, which is 20",
                        "found 21");
        assertThat(directory.resolve("runs")).doesNotExist();
    }

    private String onTerminal(String yaml) throws IOException {
        ByteArrayOutputStream screen = new ByteArrayOutputStream();
        PrintStream before = System.out;
        System.setOut(new PrintStream(screen, true, UTF_8));
        System.setProperty("tributary.terminal", "true");
        try {
            Path runFile = Files.writeString(directory.resolve("run.yaml"), yaml);
            CommandLine command = new CommandLine(new SimulateCommand());
            command.setOut(new PrintWriter(System.out, true, UTF_8));
            assertThat(command.execute(runFile.toString(), "--runs-dir=" + directory)).isZero();
        } finally {
            System.clearProperty("tributary.terminal");
            System.setOut(before);
        }
        return screen.toString(UTF_8);
    }

    private int run(String yaml, String... options) throws IOException {
        Path runFile = Files.writeString(directory.resolve("run.yaml"), yaml);
        CommandLine command = new CommandLine(new SimulateCommand());
        command.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        String[] fixed = {runFile.toString(), "--runs-dir=" + directory.resolve("runs")};
        return command.execute(
                Stream.concat(Stream.of(fixed), Stream.of(options)).toArray(String[]::new));
    }

    private JsonObject result() {
        String last =
                out.toString().strip().lines().reduce((first, second) -> second).orElseThrow();
        return JsonParser.parseString(last).getAsJsonObject();
    }
}
