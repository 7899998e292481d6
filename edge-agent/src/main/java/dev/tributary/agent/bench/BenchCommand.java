package dev.tributary.agent.bench;

import dev.tributary.cli.CommandProvider;
import dev.tributary.models.bench.TrainBenchCommand;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

import java.util.Objects;

/** {@code tributary bench}: the measurements that the documentation quotes. */
@Command(
        name = "bench",
        description =
                "Measure: local training, whole rounds, a server under load, simulated rounds, or"
                        + " the fold of updates on a device.",
        subcommands = {
            TrainBenchCommand.class,
            RoundBenchCommand.class,
            ServerBenchCommand.class,
            SimulationBenchCommand.class,
            FoldBenchCommand.class,
            EchoClientsCommand.class
        })
public final class BenchCommand implements CommandProvider, Runnable {
    @Spec private @Nullable CommandSpec spec;

    /** For the service loader. */
    public BenchCommand() {}

    @Override
    public int order() {
        return 80;
    }

    @Override
    public void run() {
        CommandSpec known = Objects.requireNonNull(spec, "spec is null");
        known.commandLine().usage(known.commandLine().getOut());
    }
}
