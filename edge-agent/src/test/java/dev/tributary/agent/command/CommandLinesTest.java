package dev.tributary.agent.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.agent.bench.BenchCommand;
import dev.tributary.agent.demo.DemoCommand;
import dev.tributary.agent.doctor.DoctorCommand;
import dev.tributary.cli.CommandProvider;
import dev.tributary.cli.DurationConverter;
import dev.tributary.testkit.FreePort;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import picocli.CommandLine;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.ServiceLoader;

/** The commands as users type them. */
class CommandLinesTest {
    private final StringWriter out = new StringWriter();
    private @Nullable Exception failure;

    @TempDir private Path directory;

    @Test
    void allCommandsAreFound() {
        assertThat(ServiceLoader.load(CommandProvider.class))
                .extracting(provider -> new CommandLine(provider.command()).getCommandName())
                .contains("agent", "demo", "bench", "doctor", "models", "datasets");
    }

    /** Of a description of several lines, the list of commands shows the first alone. */
    @Test
    void lineThatListsACommandIsASentence() {
        for (CommandProvider provider : ServiceLoader.load(CommandProvider.class)) {
            CommandLine command = new CommandLine(provider.command());
            firstLineIsASentence(command);
            command.getSubcommands().values().forEach(CommandLinesTest::firstLineIsASentence);
        }
    }

    private static void firstLineIsASentence(CommandLine command) {
        CommandLine.Model.CommandSpec spec = command.getCommandSpec();
        if (!spec.usageMessage().hidden()) {
            assertThat(spec.usageMessage().description()[0]).as(spec.qualifiedName()).endsWith(".");
        }
    }

    @Test
    void optionWithoutTheOneThatItBelongsToIsRefusedForStatisticsToo() {
        String out = directory.resolve("site.csv").toString();
        assertThat(run(new StatisticsCommand(), "--dataset=adult", "--clients=2", "--out=" + out))
                .isEqualTo(1);
        assertThat(failure).hasMessage("--clients needs --partition, which says how to share");
        assertThat(run(new StatisticsCommand(), "--dataset=adult", "--stream", "--out=" + out))
                .as("an option of agents")
                .isEqualTo(2);
    }

    @Test
    void optionsThatEveryModelHasAreListedOnce() {
        assertThat(run(new ModelsCommand())).isZero();
        assertThat(out.toString().lines().filter(line -> line.startsWith("    lora-rank: ")))
                .hasSize(1);
        assertThat(out.toString().lines().filter(line -> line.startsWith("    norm: ")))
                .hasSizeGreaterThan(1);
        out.getBuffer().setLength(0);

        assertThat(run(new ModelsCommand(), "mlp")).isZero();
        assertThat(out.toString()).contains("    hidden: ", "Every model:", "    lora-rank: ");
    }

    @Test
    void whoGetsWhatIsPrintedAndDrawn() throws IOException {
        Path run = directory.resolve("run.yaml");
        Files.writeString(
                run,
                """
                model: mlp
                data:
                  dataset: digits
                  options: {examples: 90}
                  partition: {scheme: classes, clients: 5, options: {classes-per-client: 2}}
                """);
        Path chart = directory.resolve("charts").resolve("chart.svg");
        assertThat(
                        run(
                                new DatasetsCommand(),
                                "partition",
                                run.toString(),
                                "--show",
                                "--svg",
                                chart.toString()))
                .isZero();
        assertThat(out.toString())
                .contains("digits, classes: 90 examples at 5 clients")
                .contains("2.0 of 10 labels")
                .contains("[0]", "[9]", "client-4")
                .contains(chart + ": 5 clients");
        assertThat(Files.readString(chart))
                .startsWith("<svg")
                .endsWith("</svg>\n")
                .contains("client-4");
        assertThat(Files.readString(chart).split("<rect fill", -1)).hasSize(1 + 10 + 10);
    }

    @Test
    void chartOfMoreClientsThanAnybodyLooksAtSaysWhoIsInIt() throws IOException {
        Path run = directory.resolve("run.yaml");
        Files.writeString(
                run,
                """
                model: mlp
                data:
                  dataset: digits
                  options: {examples: 600}
                  partition: {clients: 501}
                """);
        Path chart = directory.resolve("chart.svg");
        assertThat(run(new DatasetsCommand(), "partition", "" + run, "--svg", "" + chart)).isZero();
        assertThat(out.toString()).contains(chart + ": the first 500 of 501 clients");
        assertThat(Files.readString(chart))
                .contains("the first 500 of 501 clients", "client-499")
                .doesNotContain("client-500");
    }

    @Test
    void wrongNamesInARunFileAreToldWithTheirLines() throws IOException {
        Path run = Files.writeString(directory.resolve("run.yaml"), "model: mpl\ndata: digit\n");
        assertThat(run(new DatasetsCommand(), "partition", run.toString())).isEqualTo(1);
        assertThat(failure)
                .hasMessageContaining(run + ":1: model.name: expected a known model, perhaps mlp")
                .hasMessageContaining(run + ":2: data.dataset: expected a known data set");
    }

    @Test
    void serverThatIsNotThereIsToldWithItsUrl() throws IOException {
        String url = "http://127.0.0.1:" + FreePort.find();
        assertThat(
                        run(
                                new AgentCommand(),
                                "--server",
                                url,
                                "--dataset",
                                "digits",
                                "--data-option",
                                "examples=40",
                                "--device",
                                "cpu",
                                "--no-state",
                                "--retry-for",
                                "300ms"))
                .isEqualTo(1);
        assertThat(failure).hasMessageContaining("server " + url + ": gave up after");
        assertThat(out.toString())
                .contains("digits, the whole training part")
                .contains("Connection refused; trying again for");
    }

    @Test
    void agentWithoutServerIsAUsageError() {
        assertThat(run(new AgentCommand(), "--dataset", "digits")).isEqualTo(2);
    }

    @Test
    void unknownDataSetIsToldWithThoseThatThereAre() {
        assertThat(run(new AgentCommand(), "--server", "http://localhost:1", "--dataset", "nope"))
                .isEqualTo(1);
        assertThat(failure).hasMessageContaining("nope").hasMessageContaining("digits");
    }

    @Test
    void severalClientsCannotShareAnId() {
        run(
                new AgentCommand(),
                "--server",
                "http://localhost:1",
                "--dataset",
                "digits",
                "--partition",
                "iid",
                "--clients",
                "4",
                "--index",
                "0-1",
                "--client-id",
                "me");
        assertThat(failure).hasMessageContaining("--client-id names one client");
    }

    @Test
    void noShareOfNoneIsToldByItsCount() {
        run(
                new AgentCommand(),
                "--server=http://localhost:1",
                "--dataset=digits",
                "--partition=iid",
                "--clients=0",
                "--index=0");
        assertThat(failure).hasMessage("--clients: expected at least 1, found 0");
    }

    @Test
    void timesAreReadWithAndWithoutTheirUnit() {
        assertThat(run(new DemoCommand(), "--deadline=soon")).isEqualTo(2);
        assertThat(out.toString())
                .contains("expected a time such as 60s, 5m or 1h, or a number of seconds, found");
        for (String time : List.of("60", "60s", "1m", "60000ms")) {
            assertThat(new DurationConverter().convert(time)).isEqualTo(Duration.ofMinutes(1));
        }
        assertThat(run(new DemoCommand(), "--deadline=8761h")).isEqualTo(2);
        assertThat(out.toString()).contains("expected a time of at most 365 days, found");
    }

    @Test
    void optionsOfAPartitionNeedOne() {
        run(
                new AgentCommand(),
                "--server",
                "http://localhost:1",
                "--dataset",
                "digits",
                "--partition-option",
                "alpha=0.3");
        assertThat(failure).hasMessageContaining("--partition-option needs --partition");
    }

    @Test
    void portFileThatNeverComesIsTold() {
        run(
                new AgentCommand(),
                "--server-file",
                directory.resolve("port").toString(),
                "--dataset",
                "digits",
                "--data-option",
                "examples=40",
                "--no-state",
                "--retry-for",
                "50ms");
        assertThat(failure).hasMessageContaining("no server told its address");
    }

    @Test
    void demoTellsWhatCannotWorkBeforeItStartsAnything() {
        assertThat(run(new DemoCommand(), "--data-dir", directory + "/none")).isEqualTo(1);
        assertThat(failure).hasMessageContaining("--data-dir: there is no directory");
        assertThat(run(new DemoCommand(), "--partition", "unheard-of")).isEqualTo(1);
        assertThat(failure).hasMessageContaining("unheard-of").hasMessageContaining("dirichlet");
        assertThat(run(new DemoCommand(), "--rounds", "0")).isEqualTo(1);
        assertThat(failure).hasMessageContaining("rounds");
        assertThat(run(new DemoCommand(), "--clients", "0")).isEqualTo(1);
        assertThat(failure).hasMessage("--clients: expected at least 1, found 0");
        assertThat(run(new DemoCommand(), "--clients", "2", "--processes", "3")).isEqualTo(1);
        assertThat(failure).hasMessageContaining("--processes: expected 1 to 2");
    }

    @Test
    void doctorIsContentWithoutAGpu() {
        assertThat(run(new DoctorCommand(), "--json")).isEqualTo(0);
        assertThat(out.toString()).contains("\"ok\":true").contains("\"name\":\"cpu\"");
    }

    @Test
    void modelsAreListedWithTheirSizes() {
        assertThat(run(new ModelsCommand())).isEqualTo(0);
        assertThat(out.toString()).contains("mlp").contains("199,210 parameters");
    }

    @Test
    void dataSetsAndPartitionsAreListed() {
        assertThat(run(new DatasetsCommand())).isEqualTo(0);
        assertThat(out.toString()).contains("digits").contains("dirichlet").contains("alpha");
    }

    @Test
    void oneModelOrDataSetIsShownByItsName() {
        assertThat(run(new ModelsCommand(), "mlp")).isEqualTo(0);
        assertThat(out.toString()).startsWith("mlp:").contains("hidden").doesNotContain("cnn:");
        assertThat(run(new ModelsCommand(), "mpl")).isEqualTo(1);
        assertThat(failure)
                .hasMessage("models: expected a known model, perhaps mlp, found \"mpl\"");
        assertThat(run(new DatasetsCommand(), "csv")).isEqualTo(0);
        assertThat(out.toString()).contains("train-file").doesNotContain("digits:");
        assertThat(run(new DatasetsCommand(), "digit")).isEqualTo(1);
        assertThat(failure).hasMessageContaining("perhaps digits");
    }

    @Test
    void benchWithoutABenchmarkListsThem() {
        assertThat(run(new BenchCommand())).isEqualTo(0);
        assertThat(out.toString())
                .contains("round")
                .contains("train")
                .doesNotContain("echo-clients");
    }

    private int run(Object command, String... arguments) {
        CommandLine line = new CommandLine(command);
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(out, true));
        line.setExecutionExceptionHandler(
                (exception, ignored, parsed) -> {
                    failure = exception;
                    return 1;
                });
        return line.execute(arguments);
    }
}
