package dev.tributary.server.command;

import dev.tributary.cli.CommandException;
import dev.tributary.cli.CommandProvider;
import dev.tributary.cli.Format;
import dev.tributary.cli.Logging;
import dev.tributary.cli.Terminal;
import dev.tributary.cli.display.FederationDisplay;
import dev.tributary.config.RunConfig;
import dev.tributary.protocol.RunStatus;
import dev.tributary.server.SimulatedRun;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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

/** {@code tributary simulate run.yaml}: a run in this process, without server and agents. */
@Command(
        name = "simulate",
        description = {
            "Simulate a run in this process: the same run file, the same model, no network.",
            "Ends with status 0 if the run finished as planned."
        })
public final class SimulateCommand implements CommandProvider, Callable<Integer> {
    private static final int ORDER = 15;

    @Spec private @Nullable CommandSpec spec;

    @Parameters(paramLabel = "<run.yaml>", description = "What the run is about.")
    private Path runFile = Path.of("run.yaml");

    @Mixin private SimulationOptions options = new SimulationOptions();

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
        RunConfig config = options.config(runFile);
        SimulationWatch watch = new SimulationWatch(startNanos());
        // Told below the display, once that is drawn for the last time.
        return tell(simulate(config, watch));
    }

    private SimulationResult simulate(RunConfig config, SimulationWatch watch)
            throws IOException, InterruptedException {
        int threads = options.threads(config);
        try (FederationDisplay display = display(json);
                SimulatedRun run = new SimulatedRun(config, options.runsDirectory(), threads);
                SimulationThread thread = new SimulationThread(run, display)) {
            return watch.result(thread.run(watch), config, run.directory());
        }
    }

    /** With JSON on the standard output, progress is told on the other one. */
    static FederationDisplay display(boolean json) {
        Logging.leaveRunEventsToTheDisplay();
        return json
                ? FederationDisplay.of(new Terminal(false, false, false, 80, 24), System.err)
                : FederationDisplay.of(Terminal.system(), System.out);
    }

    private int tell(SimulationResult result) {
        PrintWriter out = Objects.requireNonNull(spec, "spec is null").commandLine().getOut();
        out.println(json ? result.toJson() : result.toText());
        out.flush();
        RunStatus last = result.status();
        if (last.state() != RunStatus.State.FINISHED) {
            throw new CommandException(
                    "the run ended as %s after %s%s"
                            .formatted(
                                    last.state(),
                                    Format.duration(last.elapsedSeconds()),
                                    last.toldByEvent() ? "" : ": " + last.message()));
        }
        return 0;
    }

    /** When this process started: what a person waits for includes Java's own start. */
    private static long startNanos() {
        long uptimeMillis = ManagementFactory.getRuntimeMXBean().getUptime();
        return System.nanoTime() - uptimeMillis * 1_000_000;
    }
}
