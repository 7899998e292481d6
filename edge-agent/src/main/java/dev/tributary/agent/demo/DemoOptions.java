package dev.tributary.agent.demo;

import static java.util.stream.Collectors.joining;

import dev.tributary.agent.command.PartitionNames;
import dev.tributary.cli.CommandException;
import dev.tributary.cli.DataSettings;
import dev.tributary.cli.DeviceOption;
import dev.tributary.cli.DurationConverter;
import dev.tributary.cli.ModelOptions;
import dev.tributary.cli.RunsDirectoryOption;
import dev.tributary.config.CohortConfig;
import dev.tributary.config.DataConfig;
import dev.tributary.config.PartitionConfig;
import dev.tributary.config.Problem;
import dev.tributary.config.RunConfig;
import dev.tributary.models.catalog.RunNames;
import dev.tributary.training.TrainingPlan;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a demo can be asked for. */
final class DemoOptions {
    private static final int MOST_PROCESSES = 16;

    /**
     * For processes that start together on few cores: ten times the usual calls before a method is
     * compiled at the highest level, which otherwise takes a fifth of the time until the first
     * round is done.
     */
    private static final List<String> JVM_FLAGS =
            List.of(
                    "-Xms32m",
                    "-XX:Tier4InvocationThreshold=50000",
                    "-XX:Tier4MinInvocationThreshold=6000",
                    "-XX:Tier4CompileThreshold=150000",
                    "-XX:Tier4BackEdgeThreshold=400000");

    @Mixin private ModelOptions model = new ModelOptions();

    @Option(
            names = "--dataset",
            defaultValue = "digits",
            paramLabel = "<name>",
            description = "'tributary datasets' lists them (default: ${DEFAULT-VALUE}).")
    private String dataset = "digits";

    @Mixin private DataSettings data = new DataSettings();

    @Mixin private DeviceOption device = new DeviceOption();

    @Mixin private RunsDirectoryOption runs = new RunsDirectoryOption();

    @Option(
            names = "--clients",
            defaultValue = "4",
            paramLabel = "<n>",
            description = "Clients, each with a share of the data (default: ${DEFAULT-VALUE}).")
    private int clients = 4;

    @Option(
            names = "--processes",
            paramLabel = "<n>",
            description = "Agent processes that host them (default: one for each, at most 16).")
    private @Nullable Integer processes;

    @Option(
            names = "--rounds",
            defaultValue = "10",
            paramLabel = "<n>",
            description = "Rounds (default: ${DEFAULT-VALUE}).")
    private int rounds = 10;

    @Option(
            names = "--partition",
            defaultValue = "iid",
            paramLabel = "<scheme>",
            completionCandidates = PartitionNames.class,
            description =
                    "How the data is shared: ${COMPLETION-CANDIDATES} (default:"
                            + " ${DEFAULT-VALUE}).")
    private String partition = "iid";

    @Option(
            names = "--partition-option",
            paramLabel = "<key=value>",
            description = "A setting of the partition, such as alpha=0.3; may be repeated.")
    private Map<String, String> partitionOptions = new LinkedHashMap<>();

    @Option(
            names = "--local-epochs",
            defaultValue = "1",
            paramLabel = "<n>",
            description = "Passes over its data by a client in a round (default: 1).")
    private int localEpochs = 1;

    @Option(
            names = "--batch-size",
            defaultValue = "10",
            paramLabel = "<n>",
            description = "Local batch size (default: ${DEFAULT-VALUE}).")
    private int batchSize = 10;

    @Option(
            names = "--learning-rate",
            defaultValue = "0.1",
            paramLabel = "<rate>",
            description = "Client learning rate of plain SGD (default: ${DEFAULT-VALUE}).")
    private double learningRate = 0.1;

    @Option(
            names = "--deadline",
            defaultValue = "60s",
            paramLabel = "<time>",
            converter = DurationConverter.class,
            description =
                    "How long a round waits for a client, as 60s, 5m, 1h or in seconds (default:"
                            + " ${DEFAULT-VALUE}).")
    private Duration deadline = Duration.ofSeconds(60);

    @Option(
            names = "--seed",
            defaultValue = "1",
            paramLabel = "<n>",
            description = "The same seed gives the same model (default: ${DEFAULT-VALUE}).")
    private long seed = 1;

    @Option(
            names = "--init",
            paramLabel = "<file>",
            description = "Start from this checkpoint (safetensors).")
    private @Nullable Path init;

    @Option(
            names = "--tls",
            description = "TLS, with certificates on both sides that are made for this demo alone.")
    private boolean tls;

    /** Everything that is to be started; what cannot work is told before anything is. */
    FederationPlan plan() {
        if (clients < 1) {
            throw new CommandException("--clients: expected at least 1, found " + clients);
        }
        checkFiles();
        RunConfig run = run();
        checkNames(run);
        return new FederationPlan(
                run,
                runs.directory().toAbsolutePath().normalize(),
                init == null ? List.of() : List.of("--init", init.toAbsolutePath().toString()),
                agents(),
                List.of("agent", "--no-state"),
                JVM_FLAGS);
    }

    /** Whether server and agents know each other by certificates. */
    boolean tls() {
        return tls;
    }

    /** How the data is shared, for the summary. */
    String partition() {
        return partition;
    }

    private RunConfig run() {
        DataConfig shared =
                new DataConfig(
                        dataset,
                        Optional.ofNullable(data.directory()),
                        data.options(),
                        new PartitionConfig(partition, clients, partitionOptions));
        return RunConfig.builder(model.spec(), shared)
                .name("demo")
                .seed(seed)
                .device(device.name())
                .cohort(cohort())
                .training(TrainingPlan.sgd(localEpochs, batchSize, learningRate))
                .rounds(rounds)
                .build();
    }

    /** A round does without a quarter of the clients, and without one where there are fewer. */
    private CohortConfig cohort() {
        int minimum = Math.max(1, clients - Math.max(1, clients / 4));
        return CohortConfig.of(clients).withMinimum(minimum).withDeadline(deadline);
    }

    private Map<String, List<String>> agents() {
        int count = processes == null ? Math.min(clients, MOST_PROCESSES) : processes;
        if (count < 1 || count > clients) {
            throw new CommandException(
                    "--processes: expected 1 to %d, the number of clients, found %d"
                            .formatted(clients, count));
        }
        Map<String, List<String>> agents = new LinkedHashMap<>();
        for (int i = 0; i < count; i++) {
            int from = (int) ((long) clients * i / count);
            int to = (int) ((long) clients * (i + 1) / count) - 1;
            String range = from == to ? "" + from : from + "-" + to;
            agents.put((from == to ? "client-" : "clients-") + range, agent(range));
        }
        return agents;
    }

    private List<String> agent(String range) {
        List<String> arguments = new ArrayList<>();
        arguments.addAll(List.of("--dataset", dataset, "--partition", partition));
        arguments.addAll(List.of("--clients", "" + clients, "--index", range));
        arguments.addAll(
                List.of("--seed", "" + seed, "--device", device.name(), "--retry-for", "30s"));
        Path directory = data.directory();
        if (directory != null) {
            arguments.addAll(List.of("--data-dir", directory.toAbsolutePath().toString()));
        }
        SharedFiles.directory(model.spec())
                .ifPresent(path -> arguments.addAll(List.of("--model-dir", path.toString())));
        data.options().forEach((key, value) -> add(arguments, "--data-option", key, value));
        partitionOptions.forEach((key, value) -> add(arguments, "--partition-option", key, value));
        return arguments;
    }

    private static void add(List<String> arguments, String option, String key, String value) {
        arguments.add(option);
        arguments.add(key + "=" + value);
    }

    private static void checkNames(RunConfig run) {
        List<Problem> problems = RunNames.problems(run);
        if (!problems.isEmpty()) {
            throw new CommandException(
                    problems.stream()
                            .map(problem -> problem.describe("demo"))
                            .collect(joining("\n")));
        }
    }

    private void checkFiles() {
        Path directory = data.directory();
        if (directory != null && !Files.isDirectory(directory)) {
            throw new CommandException("--data-dir: there is no directory " + directory);
        }
        if (init != null && !Files.isRegularFile(init)) {
            throw new CommandException("--init: there is no file " + init);
        }
    }
}
