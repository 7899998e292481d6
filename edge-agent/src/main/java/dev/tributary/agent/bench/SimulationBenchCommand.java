package dev.tributary.agent.bench;

import dev.tributary.cli.CommandException;
import dev.tributary.config.CohortConfig;
import dev.tributary.config.DataConfig;
import dev.tributary.config.EvaluationConfig;
import dev.tributary.config.RunConfig;
import dev.tributary.data.generated.SyntheticClients;
import dev.tributary.device.DeviceSelector;
import dev.tributary.device.DeviceSelector.Selection;
import dev.tributary.models.catalog.ModelCatalog;
import dev.tributary.protocol.ModelSpec;
import dev.tributary.protocol.RoundMetrics;
import dev.tributary.random.RandomStreams;
import dev.tributary.simulation.Simulation;
import dev.tributary.simulation.SimulationListener;
import dev.tributary.simulation.SyntheticPopulation;
import dev.tributary.strategy.Strategy;
import dev.tributary.training.TrainingPlan;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;

/** {@code tributary bench simulation}: many small clients in one process. */
@Command(
        name = "simulation",
        description = {
            "Measure simulated rounds of many small clients.",
            "The data set is synthetic(1,1), the model logistic regression of 60 features and 10"
                    + " classes; about 50 examples a client, one epoch in batches of 10."
        })
public final class SimulationBenchCommand implements Callable<Integer> {
    @Option(
            names = "--clients",
            defaultValue = "1000",
            description = "Clients there are (default: ${DEFAULT-VALUE}).")
    private int clients = 1000;

    @Option(
            names = "--cohort",
            defaultValue = "100",
            description = "Clients in a round (default: ${DEFAULT-VALUE}).")
    private int cohort = 100;

    @Option(
            names = "--rounds",
            defaultValue = "100",
            description = "Measured rounds (default: ${DEFAULT-VALUE}).")
    private int rounds = 100;

    @Option(
            names = "--warmup",
            defaultValue = "150",
            description =
                    "Rounds before those, in which Java compiles what they run (default:"
                            + " ${DEFAULT-VALUE}).")
    private int warmup = 150;

    @Option(
            names = "--threads",
            description = "How many clients train at a time (default: as many as there are cores).")
    private @Nullable Integer threads;

    @Option(
            names = "--device",
            defaultValue = "cpu",
            description = "auto, cpu, gpu or gpu:N (default: ${DEFAULT-VALUE}).")
    private String device = "cpu";

    @Option(names = "--json", description = "Prints one line of JSON.")
    private boolean json;

    @Spec private @Nullable CommandSpec spec;

    /** For picocli. */
    public SimulationBenchCommand() {}

    @Override
    public Integer call() throws InterruptedException {
        if (clients < cohort || cohort < 1 || rounds < 1 || warmup < 0) {
            throw new CommandException(
                    "expected --clients >= --cohort >= 1, --rounds >= 1 and --warmup >= 0");
        }
        int workers = threads == null ? Runtime.getRuntime().availableProcessors() : threads;
        if (workers < 1) {
            throw new CommandException("--threads: expected at least 1, found " + workers);
        }
        SimulationBenchResult result = measure(DeviceSelector.select(device), workers);
        PrintWriter out = Objects.requireNonNull(spec, "spec is null").commandLine().getOut();
        out.println(json ? result.toJson() : result.toText());
        out.flush();
        return 0;
    }

    private SimulationBenchResult measure(Selection where, int workers)
            throws InterruptedException {
        Stopwatch stopwatch = new Stopwatch();
        try (Simulation simulation =
                new Simulation(setting(), flat -> {}, where.device(), workers, stopwatch)) {
            simulation.run();
        }
        PeakMemory memory = new PeakMemory(ProcessHandle.current().pid());
        memory.look();
        return new SimulationBenchResult(
                clients,
                cohort,
                rounds,
                workers,
                stopwatch.seconds(warmup, rounds),
                stopwatch.cpuSeconds(warmup, rounds),
                stopwatch.lastTrainLoss(),
                memory.peakMegabytes(),
                where.name());
    }

    private Simulation.Setting setting() {
        RandomStreams streams = new RandomStreams(1);
        ModelCatalog catalog = ModelCatalog.load();
        ModelSpec spec =
                catalog.complete(
                        new ModelSpec("logistic", Map.of()),
                        new long[] {SyntheticClients.FEATURES},
                        SyntheticClients.CLASSES);
        RunConfig config =
                RunConfig.builder(spec, DataConfig.of("synthetic", clients))
                        .cohort(CohortConfig.of(cohort))
                        .training(TrainingPlan.sgd(1, 10, 0.01))
                        .evaluation(new EvaluationConfig(false, false, 1))
                        .rounds(warmup + rounds)
                        .build();
        return new Simulation.Setting(
                config,
                Strategy.fedAvg(1),
                catalog.create(spec),
                new SyntheticPopulation(clients, 1, 1, streams),
                null);
    }

    /** When rounds ended. */
    private static final class Stopwatch implements SimulationListener {
        private final List<Long> ends = new ArrayList<>();
        private final List<Duration> used = new ArrayList<>();
        private double trainLoss;

        @Override
        public void roundEnded(RoundMetrics metrics) {
            ends.add(System.nanoTime());
            used.add(ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO));
            trainLoss = metrics.trainLoss() == null ? Double.NaN : metrics.trainLoss();
        }

        /** From the end of the round before the first to the end of the last. */
        double seconds(int first, int count) {
            return (ends.get(first + count) - ends.get(first)) / 1e9;
        }

        /** Of the whole process, in the same time; 0 where the system does not tell. */
        double cpuSeconds(int first, int count) {
            return used.get(first + count).minus(used.get(first)).toMillis() / 1e3;
        }

        double lastTrainLoss() {
            return trainLoss;
        }
    }
}
