package dev.tributary.server.command;

import dev.tributary.cli.CommandException;
import dev.tributary.cli.CommandProvider;
import dev.tributary.cli.FederationDisplay;
import dev.tributary.cli.Format;
import dev.tributary.cli.Terminal;
import dev.tributary.config.RunConfig;
import dev.tributary.config.RunFile;
import dev.tributary.protocol.RunStatus;
import dev.tributary.server.RunNames;
import dev.tributary.server.SimulatedRun;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** {@code tributary simulate run.yaml}: a run in this process, without server and agents. */
@Command(
        name = "simulate",
        description = {
            "Simulate a run in this process: the same run file, the same model, no network.",
            "Ends with status 0 if the run finished as planned."
        })
public final class SimulateCommand implements CommandProvider, Callable<Integer> {
    private static final int ORDER = 15;
    private static final long LOOK_MILLIS = 100;

    @Spec private @Nullable CommandSpec spec;

    @Parameters(paramLabel = "<run.yaml>", description = "What the run is about.")
    private Path runFile = Path.of("run.yaml");

    @Option(
            names = "--threads",
            paramLabel = "<n>",
            description =
                    "How many clients train at a time (default: as many as there are cores, on a"
                            + " GPU one).")
    private @Nullable Integer threads;

    @Option(
            names = "--data-dir",
            paramLabel = "<dir>",
            description = "Where the data set's files are; else what the run file says.")
    private @Nullable Path dataDirectory;

    @Option(
            names = "--device",
            paramLabel = "<device>",
            description = "auto, cpu, gpu or gpu:N; else what the run file says.")
    private @Nullable String device;

    @Option(
            names = "--runs-dir",
            defaultValue = "runs",
            paramLabel = "<dir>",
            description = "Holds a directory for each run (default: ${DEFAULT-VALUE}).")
    private Path runsDirectory = Path.of("runs");

    @Option(names = "--json", description = "Print the result as JSON, as the last line.")
    private boolean json;

    /** For the service loader. */
    public SimulateCommand() {}

    @Override
    public int order() {
        return ORDER;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        RunConfig config = config();
        SimulationWatch watch = new SimulationWatch(startNanos());
        ExecutorService thread = Executors.newSingleThreadExecutor(SimulateCommand::thread);
        try (FederationDisplay display = display();
                SimulatedRun run = new SimulatedRun(config, runsDirectory, threads(config))) {
            Future<RunStatus> end = thread.submit(run::run);
            Thread onSignal = new Thread(() -> stop(thread), "simulate-stop");
            Runtime.getRuntime().addShutdownHook(onSignal);
            RunStatus last = follow(run, end, display, watch);
            removeHook(onSignal);
            return tell(watch.result(last, config, run.directory()));
        } finally {
            thread.shutdownNow();
        }
    }

    private RunConfig config() {
        RunConfig config = RunFile.read(runFile);
        RunNames.check(config);
        if (dataDirectory != null) {
            config = config.toBuilder().data(config.data().withDirectory(dataDirectory)).build();
        }
        return device == null ? config : config.toBuilder().device(device).build();
    }

    private int threads(RunConfig config) {
        int usual =
                config.device().startsWith("gpu") ? 1 : Runtime.getRuntime().availableProcessors();
        int wanted = threads == null ? usual : threads;
        if (wanted < 1) {
            throw new CommandException("--threads: expected at least 1, found " + wanted);
        }
        return wanted;
    }

    private static RunStatus follow(
            SimulatedRun run,
            Future<RunStatus> end,
            FederationDisplay display,
            SimulationWatch watch)
            throws InterruptedException {
        while (true) {
            RunStatus now = run.status();
            try {
                now = end.get(LOOK_MILLIS, TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                // Goes on.
            } catch (ExecutionException e) {
                Throwable cause = e.getCause() == null ? e : e.getCause();
                throw new CommandException("the simulation failed: " + cause.getMessage(), cause);
            }
            watch.look(now);
            display.update(now);
            if (end.isDone() && now.ended()) {
                return now;
            }
        }
    }

    private int tell(SimulationResult result) {
        PrintWriter out = Objects.requireNonNull(spec, "spec is null").commandLine().getOut();
        out.println(json ? result.toJson() : result.toText());
        out.flush();
        RunStatus last = result.status();
        if (last.state() != RunStatus.State.FINISHED) {
            throw new CommandException(
                    "the run ended as %s after %s: %s"
                            .formatted(
                                    last.state(),
                                    Format.duration(last.elapsedSeconds()),
                                    last.message()));
        }
        return 0;
    }

    private FederationDisplay display() {
        return json
                ? FederationDisplay.of(new Terminal(false, false, false, 80, 24), System.err)
                : FederationDisplay.of(Terminal.system(), System.out);
    }

    /** The result so far is written before the process ends. */
    private static void stop(ExecutorService thread) {
        thread.shutdownNow();
        try {
            thread.awaitTermination(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void removeHook(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // It runs already.
        }
    }

    private static Thread thread(Runnable task) {
        Thread thread = new Thread(task, "simulation");
        thread.setDaemon(true);
        return thread;
    }

    /** When this process started: what a person waits for includes Java's own start. */
    private static long startNanos() {
        long uptimeMillis = ManagementFactory.getRuntimeMXBean().getUptime();
        return System.nanoTime() - uptimeMillis * 1_000_000;
    }
}
