package dev.tributary.agent.bench;

import dev.tributary.agent.bench.RoundBenchResult.Load;
import dev.tributary.agent.demo.FederationPlan;
import dev.tributary.agent.demo.LocalFederation;
import dev.tributary.cli.CommandException;
import dev.tributary.config.CohortConfig;
import dev.tributary.config.DataConfig;
import dev.tributary.config.RunConfig;
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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;

/** {@code tributary bench round}: what a round costs beyond training. */
@Command(
        name = "round",
        description =
                "Measure whole rounds with a real server and clients that train nothing: model"
                        + " down, update up, aggregation, publication.")
public final class RoundBenchCommand implements Callable<Integer> {
    private static final long POLL_MILLIS = 500;

    @Option(
            names = "--clients",
            defaultValue = "10",
            paramLabel = "<n>",
            description = "Clients, all of them in each round (default: ${DEFAULT-VALUE}).")
    private int clients = 10;

    @Option(
            names = "--params",
            defaultValue = "199210",
            paramLabel = "<n>",
            description = "Parameters of the model (default: ${DEFAULT-VALUE}).")
    private int parameters = 199_210;

    @Option(
            names = "--rounds",
            defaultValue = "500",
            paramLabel = "<n>",
            description = "Rounds that count (default: ${DEFAULT-VALUE}).")
    private int rounds = 500;

    @Option(
            names = "--warmup",
            defaultValue = "3000",
            paramLabel = "<n>",
            description =
                    "Rounds before them: the JVM compiles what ran some 10,000 times, and a round"
                            + " runs it once a client (default: ${DEFAULT-VALUE}).")
    private int warmup = 3000;

    @Option(
            names = "--processes",
            defaultValue = "1",
            paramLabel = "<n>",
            description = "Agent processes that host the clients (default: ${DEFAULT-VALUE}).")
    private int processes = 1;

    @Option(
            names = "--concurrent",
            defaultValue = "10",
            paramLabel = "<n>",
            description =
                    "Clients of a process that work at a time, at most; with fewer than all, the"
                            + " others wait for their receipts (default: ${DEFAULT-VALUE}).")
    private int concurrent = 10;

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
            names = "--tls",
            description =
                    "Measure the same again with TLS and throw-away certificates, and the ratios.")
    private boolean tls;

    @Option(names = "--json", description = "Print one line of JSON.")
    private boolean json;

    @Spec private @Nullable CommandSpec spec;

    /** For picocli. */
    public RoundBenchCommand() {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        check();
        List<Double> plain = plain();
        RoundBenchResult result = inDirectory(runs -> measure(runs, plain, false));
        if (!tls) {
            print(json ? result.toJson() : result.toText());
            return 0;
        }
        RoundBenchResult secure = inDirectory(runs -> measure(runs, plain, true));
        TlsBenchResult both = new TlsBenchResult(result, secure);
        print(json ? both.toJson() : both.toText());
        return 0;
    }

    private void print(String text) {
        PrintWriter out = Objects.requireNonNull(spec, "spec is null").commandLine().getOut();
        out.println(text);
        out.flush();
    }

    private interface Measuring<T> {
        T in(Path directory) throws IOException, InterruptedException;
    }

    private static <T> T inDirectory(Measuring<T> measuring)
            throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory("tributary-bench-");
        try {
            return measuring.in(directory);
        } finally {
            BenchChecks.deleteTree(directory);
        }
    }

    /** Before the run and not beside it: two cores have no room for both. */
    private List<Double> plain() throws IOException, InterruptedException {
        return inDirectory(
                directory -> {
                    SharedPayload payload =
                            SharedPayload.create(directory.resolve("model"), parameters, precision);
                    List<Double> seconds = new ArrayList<>();
                    try (PlainHttp http = new PlainHttp(directory, payload, clients)) {
                        for (int round = 0; round < warmup + rounds; round++) {
                            seconds.add(http.round());
                        }
                    }
                    return seconds.subList(warmup, warmup + rounds);
                });
    }

    private RoundBenchResult measure(Path runs, List<Double> plain, boolean secure)
            throws IOException, InterruptedException {
        try (LocalFederation federation = LocalFederation.start(plan(runs), secure)) {
            PeakMemory memory = new PeakMemory(federation.serverPid());
            ProcessorTime server = new ProcessorTime(List.of(federation.serverPid()), warmup);
            ProcessorTime agents = new ProcessorTime(federation.agentPids().values(), warmup);
            while (true) {
                memory.look();
                Optional<RunStatus> status = federation.poll();
                status.filter(run -> !run.ended())
                        .ifPresent(
                                run -> {
                                    server.look(run.modelVersion());
                                    agents.look(run.modelVersion());
                                });
                if (status.isPresent() && status.get().ended()) {
                    return result(
                            status.get(),
                            new Load(
                                    memory.peakMegabytes(),
                                    server.millisPerRound(),
                                    agents.millisPerRound()),
                            plain);
                }
                for (String dead : federation.newlyDead()) {
                    throw new CommandException(dead);
                }
                Thread.sleep(POLL_MILLIS);
            }
        }
    }

    private RoundBenchResult result(RunStatus status, Load load, List<Double> plain) {
        if (status.state() != RunStatus.State.FINISHED) {
            throw new CommandException("the run failed: " + status.message());
        }
        return RoundBenchResult.of(status, warmup, clients, parameters, processes, load, plain);
    }

    private FederationPlan plan(Path runs) {
        RunConfig run =
                RunConfig.builder(
                                VectorFactory.spec(parameters),
                                DataConfig.of(DataConfig.NONE, clients))
                        .name("bench")
                        .device(device)
                        .cohort(CohortConfig.of(clients).withMinimum(clients))
                        .training(TrainingPlan.sgd(1, 1, 0.1).withUpdatePrecision(precision))
                        .rounds(warmup + rounds)
                        .build();
        return new FederationPlan(
                run, runs, List.of(), agents(), List.of("bench", "echo-clients"), List.of());
    }

    private Map<String, List<String>> agents() {
        Map<String, List<String>> agents = new LinkedHashMap<>();
        for (int i = 0; i < processes; i++) {
            int from = clients * i / processes;
            int count = clients * (i + 1) / processes - from;
            agents.put(
                    "agent-" + i,
                    List.of(
                            "--first", "" + from,
                            "--count", "" + count,
                            "--concurrent", "" + Math.min(concurrent, count),
                            "--retry-for", "30s"));
        }
        return agents;
    }

    private void check() {
        BenchChecks.atLeast("--clients", 1, clients);
        BenchChecks.atLeast("--params", 1, parameters);
        BenchChecks.atLeast("--rounds", 1, rounds);
        BenchChecks.atLeast("--warmup", 0, warmup);
        BenchChecks.atLeast("--concurrent", 1, concurrent);
        BenchChecks.atLeast("--processes", 1, processes);
        if (processes > clients) {
            throw new CommandException(
                    "--processes: expected at most %d, the number of clients, found %d"
                            .formatted(clients, processes));
        }
    }
}
