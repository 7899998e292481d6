package dev.tributary.agent.demo;

import dev.tributary.cli.CommandException;
import dev.tributary.cli.CommandProvider;
import dev.tributary.cli.ShutdownHook;
import dev.tributary.cli.display.FederationDisplay;
import dev.tributary.protocol.RunStatus;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.util.Objects;
import java.util.concurrent.Callable;

/** {@code tributary demo}: a server and agents on this machine, from nothing to a model. */
@Command(
        name = "demo",
        description = "Start a server and agents on this machine and watch them learn together.")
public final class DemoCommand implements CommandProvider, Callable<Integer> {
    @Spec private @Nullable CommandSpec spec;
    @Mixin private DemoOptions options = new DemoOptions();

    @Option(names = "--json", description = "Print the result as JSON, as the last line.")
    private boolean json;

    /** For the service loader. */
    public DemoCommand() {}

    @Override
    public int order() {
        return 10;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        FederationPlan plan = options.plan();
        DemoResult result = run(plan);
        PrintWriter out = Objects.requireNonNull(spec, "spec is null").commandLine().getOut();
        out.println(json ? result.toJson() : result.toText(hint()));
        out.flush();
        if (!result.finished()) {
            RunStatus last = result.status();
            throw new CommandException(
                    "the run ended as %s%s"
                            .formatted(
                                    last.state(), last.toldByEvent() ? "" : ": " + last.message()));
        }
        return 0;
    }

    private DemoResult run(FederationPlan plan) throws IOException, InterruptedException {
        LocalFederation federation = LocalFederation.start(plan, options.tls());
        try (FederationDisplay display = FederationDisplay.system(json);
                ShutdownHook hook = ShutdownHook.of("demo-stop", () -> stop(federation, display))) {
            try {
                return new DemoWatch(federation, display, plan.runsDirectory(), startNanos())
                        .untilEnd();
            } finally {
                federation.close();
            }
        }
    }

    private static void stop(LocalFederation federation, FederationDisplay display) {
        display.note("stopping: " + federation.whereFilesAre());
        display.close();
        federation.close();
    }

    /** When this process started: what a person waits for includes Java's own start. */
    private static long startNanos() {
        long uptimeMillis = ManagementFactory.getRuntimeMXBean().getUptime();
        return System.nanoTime() - uptimeMillis * 1_000_000;
    }

    private String hint() {
        return options.partition().equals("iid")
                ? "the same with two labels for each client: tributary demo --partition shards"
                        + " --rounds 30"
                : "the same with equal shares: tributary demo --partition iid";
    }
}
