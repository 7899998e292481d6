package dev.tributary.server.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;

import dev.tributary.cli.CommandException;
import dev.tributary.data.DatasetCatalog;
import dev.tributary.data.DatasetSource;
import dev.tributary.models.catalog.ModelCatalog;
import dev.tributary.parameters.ParameterLayout;
import dev.tributary.protocol.ModelSpec;
import dev.tributary.protocol.RoundTask;
import dev.tributary.server.HandClient;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import picocli.CommandLine;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchService;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** The commands as a user types them, with a model and a data set of the catalogs. */
@Timeout(60)
final class CommandsTest {
    private static final String RUN =
            """
            name: story
            device: cpu
            model: logistic
            data:
              dataset: digits
              options:
                examples: 100
                test-examples: 50
            cohort:
              size: 1
            rounds: 2
            """;

    @TempDir private Path directory;

    @CommandLine.Command(name = "tributary")
    private static final class Tributary {}

    @Test
    void serverLeadsARunAndEvaluateMeasuresItsModel() throws Exception {
        Path runFile = Files.writeString(directory.resolve("run.yaml"), RUN);
        Path portFile = directory.resolve("port");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        CompletableFuture<Integer> exit =
                CompletableFuture.supplyAsync(
                        () ->
                                captured(
                                        out,
                                        "server",
                                        runFile.toString(),
                                        "--port=0",
                                        "--json",
                                        "--port-file=" + portFile,
                                        "--runs-dir=" + directory.resolve("runs")));
        HandClient client =
                new HandClient(URI.create("http://" + await(portFile, exit)), "hand", layout());
        client.register(10);
        for (int round = 1; round <= 2; round++) {
            client.update(client.task(), 10, 0.01f, -0.02f, 0.03f);
        }
        assertThat(client.task().kind()).isEqualTo(RoundTask.Kind.FINISHED);
        assertThat(exit.get(30, TimeUnit.SECONDS)).isZero();
        JsonObject outcome = JsonParser.parseString(lastLine(out)).getAsJsonObject();
        assertThat(outcome.get("state").getAsString()).isEqualTo("FINISHED");
        assertThat(outcome.get("rounds").getAsInt()).isEqualTo(2);
        assertThat(outcome.get("model_sha256").getAsString()).hasSize(64);
        assertThat(outcome.get("bytes_up").getAsLong()).isPositive();
        evaluate(outcome);
    }

    @Test
    void optionsOfOneRunAreRefusedByAServerThatWaitsForRuns() {
        for (String option : List.of("--grace=5s", "--new", "--device=cpu", "--stop-on-signal")) {
            CommandLine line = new CommandLine(new ServerCommand());
            line.parseArgs(option, "--port=0", "--runs-dir=" + directory.resolve("runs"));
            ServerCommand command = line.getCommand();
            assertThatThrownBy(command::call)
                    .isInstanceOf(CommandException.class)
                    .hasMessageContaining(option.replaceAll("=.*", ""))
                    .hasMessageContaining("expected a run file with it, found none");
        }
    }

    @Test
    void timesOfARelayHaveTheirUnitsOrAreInSeconds() {
        for (String hold : List.of("3600000ms", "3600s", "60m", "1h", "3600")) {
            CommandLine line = new CommandLine(new RelayCommand());
            line.parseArgs("--parent=http://127.0.0.1:1", "--grace=1m", "--hold=" + hold);
            RelayCommand command = line.getCommand();
            assertThatThrownBy(command::call)
                    .hasMessage("hold: expected 0 to 30 seconds, found PT1H");
        }
    }

    private void evaluate(JsonObject outcome) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Path model = Path.of(outcome.get("run_dir").getAsString(), "model.safetensors");
        int exit =
                captured(
                        out,
                        "evaluate",
                        model.toString(),
                        "--dataset=digits",
                        "--data-option=examples=100",
                        "--data-option=test-examples=50",
                        "--json");
        assertThat(exit).isZero();
        JsonObject result = JsonParser.parseString(lastLine(out)).getAsJsonObject();
        assertThat(result.get("examples").getAsInt()).isEqualTo(50);
        assertThat(result.get("model").getAsString()).isEqualTo("logistic");
        assertThat(result.get("loss")).isEqualTo(outcome.get("loss"));
        assertThat(result.get("accuracy")).isEqualTo(outcome.get("accuracy"));
    }

    private static ParameterLayout layout() {
        DatasetSource digits =
                DatasetCatalog.load()
                        .open("digits", null, Map.of("examples", "100", "test-examples", "50"), 1);
        ModelCatalog catalog = ModelCatalog.load();
        ModelSpec spec =
                catalog.complete(
                        new ModelSpec("logistic", Map.of()),
                        digits.featureShape(),
                        digits.classCount());
        return catalog.create(spec).layout();
    }

    private static int captured(ByteArrayOutputStream out, String... arguments) {
        PrintStream before = System.out;
        System.setOut(new PrintStream(out, true, UTF_8));
        try {
            return new CommandLine(new Tributary())
                    .addSubcommand(new ServerCommand())
                    .addSubcommand(new EvaluateCommand())
                    .execute(arguments);
        } finally {
            System.setOut(before);
        }
    }

    private static String lastLine(ByteArrayOutputStream out) {
        return out.toString(UTF_8).lines().reduce("", (before, line) -> line);
    }

    /** The file appears whole, so the first look that finds it can read it. */
    private String await(Path file, CompletableFuture<Integer> exit)
            throws IOException, InterruptedException {
        try (WatchService watch = FileSystems.getDefault().newWatchService()) {
            directory.register(watch, StandardWatchEventKinds.ENTRY_CREATE);
            while (!Files.exists(file)) {
                assertThat(exit).as("the command goes on").isNotDone();
                watch.poll(100, TimeUnit.MILLISECONDS);
            }
            return Files.readString(file).strip();
        }
    }
}
