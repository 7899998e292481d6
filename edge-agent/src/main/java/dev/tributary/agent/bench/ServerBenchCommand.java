package dev.tributary.agent.bench;

import dev.tributary.agent.demo.FederationPlan;
import dev.tributary.agent.demo.LocalFederation;
import dev.tributary.agent.http.ServerAddress;
import dev.tributary.cli.CommandException;
import dev.tributary.config.CohortConfig;
import dev.tributary.config.DataConfig;
import dev.tributary.config.RunConfig;
import dev.tributary.parameters.ParameterLayout;
import dev.tributary.parameters.Precision;
import dev.tributary.protocol.RunStatus;
import dev.tributary.training.TrainingPlan;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/** {@code tributary bench server}: large models, many clients, and plain HTTP beside it. */
@Command(
        name = "server",
        description = {
            "Measure rounds and the server's memory with large models and clients that train"
                    + " nothing.",
            "Beside it, what the same bytes take in plain HTTP on this machine."
        })
public final class ServerBenchCommand implements Callable<Integer> {
    private static final long POLL_MILLIS = 50;
    private static final Duration DEADLINE = Duration.ofHours(1);

    @Option(
            names = "--clients",
            defaultValue = "4,16,64",
            split = ",",
            paramLabel = "<n>",
            description = "Numbers of clients, all of them in each round (default: 4,16,64).")
    private List<Integer> clients = List.of();

    @Option(
            names = "--params",
            defaultValue = "25000000",
            paramLabel = "<n>",
            description = "Parameters of the model (default: ${DEFAULT-VALUE}).")
    private int parameters = 25_000_000;

    @Option(
            names = "--rounds",
            defaultValue = "5",
            paramLabel = "<n>",
            description = "Rounds that count (default: ${DEFAULT-VALUE}).")
    private int rounds = 5;

    @Option(
            names = "--warmup",
            defaultValue = "2",
            paramLabel = "<n>",
            description = "Rounds before them (default: ${DEFAULT-VALUE}).")
    private int warmup = 2;

    @Option(
            names = "--device",
            defaultValue = "auto",
            paramLabel = "<device>",
            description = "Where the server folds (default: ${DEFAULT-VALUE}).")
    private String device = "auto";

    @Option(
            names = "--update-precision",
            defaultValue = "FLOAT32",
            paramLabel = "<precision>",
            description =
                    "What clients send: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private Precision precision = Precision.FLOAT32;

    @Option(
            names = "--work-dir",
            paramLabel = "<dir>",
            description = "For models and updates, one of each a client (default: temporary).")
    private @Nullable Path workDirectory;

    @Option(
            names = "--tls",
            description = "Measure the same again with TLS and throw-away certificates.")
    private boolean tls;

    @Option(names = "--json", description = "Print one line of JSON.")
    private boolean json;

    @Spec private @Nullable CommandSpec spec;

    /** For picocli. */
    public ServerBenchCommand() {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        BenchChecks.atLeast("--params", 1, parameters);
        BenchChecks.atLeast("--rounds", 1, rounds);
        BenchChecks.atLeast("--warmup", 0, warmup);
        clients.forEach(count -> BenchChecks.atLeast("--clients", 1, count));
        double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
        Path directory =
                workDirectory == null
                        ? Files.createTempDirectory("tributary-bench-")
                        : Files.createTempDirectory(
                                Files.createDirectories(workDirectory), "bench-");
        try {
            Path model = directory.resolve("model");
            SharedPayload payload = SharedPayload.create(model, parameters, precision);
            List<Measured> measured = new ArrayList<>();
            for (int count : clients) {
                for (boolean secure : tls ? List.of(false, true) : List.of(false)) {
                    measured.add(measure(directory, payload, count, secure));
                    BenchChecks.deleteFilesBut(directory, model);
                }
            }
            print(
                    new ServerBenchResult(
                            parameters,
                            rounds,
                            measured.get(0).device(),
                            load,
                            measured.stream().map(Measured::row).toList()));
        } finally {
            BenchChecks.deleteTree(directory);
        }
        return 0;
    }

    private record Measured(ServerBenchResult.Row row, String device) {}

    private void print(ServerBenchResult result) {
        PrintWriter out = Objects.requireNonNull(spec, "spec is null").commandLine().getOut();
        out.println(json ? result.toJson() : result.toText());
        out.flush();
    }

    private Measured measure(Path directory, SharedPayload payload, int count, boolean secure)
            throws IOException, InterruptedException {
        Path runs = Files.createDirectory(directory.resolve("runs"));
        try (PlainHttp plain = new PlainHttp(directory, payload, count);
                LocalFederation federation = LocalFederation.start(plan(runs, count), secure)) {
            LoadGate gate = new LoadGate(count, plain);
            ServerWatch watch = ServerWatch.of(federation.serverPid(), warmup);
            String device = await(federation).device();
            ServerAddress server = federation.serverAddress().orElseThrow();
            lead(federation, watch, load(server, payload, gate, count), gate);
            return new Measured(row(count, secure, gate, watch), device);
        } finally {
            BenchChecks.deleteTree(runs);
        }
    }

    /** What is looked at while rounds go on. */
    private record ServerWatch(PeakMemory memory, ProcessorTime time) {
        static ServerWatch of(long pid, int warmup) {
            return new ServerWatch(new PeakMemory(pid), new ProcessorTime(List.of(pid), warmup));
        }

        void look(RunStatus status) {
            memory.look();
            time.look(status.modelVersion());
        }
    }

    private ServerBenchResult.Row row(int count, boolean secure, LoadGate gate, ServerWatch watch) {
        return new ServerBenchResult.Row(
                count,
                secure,
                gate.rounds().subList(warmup, warmup + rounds),
                gate.plains().subList(warmup, warmup + rounds),
                watch.time().millisPerRound(),
                watch.memory().peakMegabytes());
    }

    private List<LoadClient> load(
            ServerAddress server, SharedPayload payload, LoadGate gate, int count) {
        ParameterLayout layout = VectorFactory.layout(parameters);
        return IntStream.range(0, count)
                .mapToObj(i -> new LoadClient(server, "load-" + i, layout, payload, gate))
                .toList();
    }

    private static void lead(
            LocalFederation federation, ServerWatch watch, List<LoadClient> load, LoadGate gate)
            throws InterruptedException {
        ExecutorService threads = Executors.newFixedThreadPool(load.size());
        try {
            List<Future<Integer>> work = load.stream().map(threads::submit).toList();
            follow(federation, watch, work);
            for (Future<Integer> client : work) {
                outcome(client);
            }
        } finally {
            gate.give();
            threads.shutdownNow();
        }
    }

    private static RunStatus await(LocalFederation federation) throws InterruptedException {
        while (true) {
            Optional<RunStatus> status = federation.poll();
            if (status.isPresent()) {
                return status.get();
            }
            Thread.sleep(POLL_MILLIS);
        }
    }

    private static void follow(
            LocalFederation federation, ServerWatch watch, List<Future<Integer>> work)
            throws InterruptedException {
        while (true) {
            RunStatus status = await(federation);
            watch.look(status);
            if (status.state() == RunStatus.State.FINISHED) {
                return;
            }
            if (status.ended()) {
                throw new CommandException("the run failed: " + status.message());
            }
            for (Future<Integer> client : work) {
                if (client.isDone()) {
                    outcome(client);
                }
            }
            Thread.sleep(POLL_MILLIS);
        }
    }

    private static void outcome(Future<Integer> client) throws InterruptedException {
        try {
            client.get();
        } catch (ExecutionException e) {
            throw new CommandException("a client failed: " + e.getCause(), e);
        }
    }

    private FederationPlan plan(Path runs, int count) {
        RunConfig run =
                RunConfig.builder(
                                VectorFactory.spec(parameters),
                                DataConfig.of(DataConfig.NONE, count))
                        .name("bench")
                        .device(device)
                        .cohort(CohortConfig.of(count).withMinimum(count).withDeadline(DEADLINE))
                        .training(TrainingPlan.sgd(1, 1, 0.1).withUpdatePrecision(precision))
                        .rounds(warmup + rounds)
                        .build();
        return new FederationPlan(run, runs, List.of(), Map.of(), List.of(), List.of());
    }
}
