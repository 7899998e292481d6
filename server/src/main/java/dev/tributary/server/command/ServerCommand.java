package dev.tributary.server.command;

import dev.tributary.cli.CommandException;
import dev.tributary.cli.CommandProvider;
import dev.tributary.cli.DurationConverter;
import dev.tributary.cli.Logging;
import dev.tributary.cli.Terminal;
import dev.tributary.cli.display.FederationDisplay;
import dev.tributary.config.RunConfig;
import dev.tributary.models.catalog.RunNames;
import dev.tributary.protocol.Json;
import dev.tributary.protocol.RunStatus;
import dev.tributary.server.FederatedServer;
import dev.tributary.server.Models;
import dev.tributary.server.ServerOptions;
import dev.tributary.server.StandingServer;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * {@code tributary server run.yaml} leads one run and ends with it; {@code tributary server} waits
 * for runs and leads them until it is stopped.
 */
@Command(
        name = "server",
        description = {
            "Lead a run: wait for agents, fold their updates into the global model.",
            "Ends with status 0 if the run finished as planned.",
            "Without a run file: wait for runs ('tributary run submit'), until stopped.",
            "Stopped or killed, and started again with the same command, it goes on."
        })
public final class ServerCommand implements CommandProvider, Callable<Integer> {
    private static final int ORDER = 20;
    private static final Duration GRACE = Duration.ofSeconds(10);
    private static final Duration LOOK = Duration.ofMillis(100);

    @Parameters(
            arity = "0..1",
            paramLabel = "<run.yaml>",
            description = "What the run is about (default: wait for runs).")
    private @Nullable Path runFile;

    @Mixin private ServingOptions serving = new ServingOptions();

    @Option(
            names = "--init",
            paramLabel = "<model.safetensors>",
            description = "Start from this checkpoint.")
    private @Nullable Path init;

    @Option(
            names = "--device",
            paramLabel = "<device>",
            description = "auto, cpu, gpu or gpu:N; else what the run file says.")
    private @Nullable String device;

    @Option(
            names = "--new",
            description = "Give up the unfinished run of this name, if there is one.")
    private boolean beginAnew;

    @Option(
            names = "--exit-when-finished",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description = "End with the run, once agents know (default); else serve on.")
    private boolean exitWhenFinished = true;

    @Option(
            names = "--grace",
            paramLabel = "<time>",
            converter = DurationConverter.class,
            description =
                    "How long to wait for agents, and for who watches, to hear of the end, as 60s,"
                            + " 5m or in seconds (default: 10s).")
    private @Nullable Duration grace;

    @Option(
            names = "--side-by-side",
            paramLabel = "<n>",
            description = "Without a run file: runs led at a time (default: 1).")
    private @Nullable Integer sideBySide;

    @Option(
            names = "--stop-on-signal",
            description = "A signal ends the run for good; else it goes on at the next start.")
    private boolean stopOnSignal;

    @Option(names = "--json", description = "Print the outcome as one line of JSON at the end.")
    private boolean json;

    @Override
    public int order() {
        return ORDER;
    }

    @Override
    public Integer call() throws Exception {
        return runFile == null ? waitForRuns() : lead(runFile);
    }

    private int waitForRuns() throws Exception {
        refuse("--init", init != null);
        refuse("--new", beginAnew);
        refuse("--device", device != null);
        refuse("--stop-on-signal", stopOnSignal);
        refuse("--grace", grace != null);
        refuse("--no-exit-when-finished", !exitWhenFinished);
        RunLines lines = new RunLines(json ? System.err : System.out, json);
        try (StandingServer server = StandingServer.start(options(), Models.ofCatalog(), lines)) {
            Runtime.getRuntime().addShutdownHook(new Thread(server::close, "shutdown"));
            StopSignals.listen();
            lines.note(
                    "waiting for runs at %s; 'tributary run submit run.yaml --server %s%s' hands one in"
                            .formatted(server.url(), server.url(), operator(server.url())));
            serving.tellPort(server.url());
            Thread.currentThread().join();
        }
        return 0;
    }

    /** The file's name as 'tributary credentials' gives it; where the operator has it is theirs. */
    private static String operator(URI url) {
        return "https".equals(url.getScheme()) ? " --credentials operator.p12" : "";
    }

    private static void refuse(String option, boolean given) {
        if (given) {
            throw new CommandException(
                    "%s is for one run: expected a run file with it, found none".formatted(option));
        }
    }

    private int lead(Path file) throws Exception {
        if (sideBySide != null) {
            throw new CommandException(
                    "--side-by-side is for a server that waits for runs: expected no run file with"
                            + " it, found "
                            + file);
        }
        RunConfig config = config(file);
        // With --json, standard output is for the JSON alone.
        PrintStream out = json ? System.err : System.out;
        Logging.leaveRunEventsToTheDisplay();
        try (FederationDisplay display = FederationDisplay.of(Terminal.system(), out);
                FederatedServer server =
                        FederatedServer.start(config, options(), new ToldStatistics())) {
            RunWatch watch = new RunWatch(server, display);
            Thread onSignal = new Thread(() -> watch.stop(stopOnSignal), "shutdown");
            Runtime.getRuntime().addShutdownHook(onSignal);
            StopSignals.listen();
            watch.announce();
            serving.tellPort(server.url());
            RunStatus last = watch.follow();
            display.note("its files are in " + server.runDirectory());
            tellAll(server);
            if (json) {
                System.out.println(Json.write(RunOutcome.of(last, server.runDirectory())));
            }
            forget(onSignal);
            return last.state() == RunStatus.State.FINISHED ? 0 : 1;
        }
    }

    private RunConfig config(Path file) {
        RunConfig config = RunNames.read(file);
        return device == null ? config : config.toBuilder().device(device).build();
    }

    private ServerOptions options() {
        ServerOptions.Builder options = serving.toBuilder().beginAnew(beginAnew);
        if (sideBySide != null) {
            options.sideBySide(sideBySide);
        }
        if (init != null) {
            options.initialModel(init);
        }
        return options.build();
    }

    private final class ToldStatistics implements FederatedServer.GatheringListener {
        @Override
        public void waits(URI url, int sites) {
            told("waiting at %s for what %d sites tell of their tables".formatted(url, sites));
            try {
                serving.tellPort(url);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void told(String line) {
            (json ? System.err : System.out).println(line);
        }
    }

    private void tellAll(FederatedServer server) throws InterruptedException {
        if (!exitWhenFinished) {
            Thread.currentThread().join();
        }
        long nanos = (grace == null ? GRACE : grace).toNanos();
        long until = System.nanoTime() + nanos;
        try {
            server.agentsTold().get(nanos, TimeUnit.NANOSECONDS);
        } catch (TimeoutException | ExecutionException e) {
            // An agent that does not ask any more will find the server gone.
        }
        while (server.watched() && System.nanoTime() < until) {
            Thread.sleep(LOOK.toMillis());
        }
    }

    private static void forget(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // It runs already: the process is being ended, and waits for it.
        }
    }
}
