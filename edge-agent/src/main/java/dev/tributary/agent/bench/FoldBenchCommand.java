package dev.tributary.agent.bench;

import dev.tributary.cli.CommandException;
import dev.tributary.cli.DeviceOption;
import dev.tributary.device.DeviceSelector.Selection;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;

/** {@code tributary bench fold}: how fast updates meet on a device. */
@Command(
        name = "fold",
        description = {
            "Measure the fold of updates into their exact mean, beside plain copies.",
            "Updates that come from host memory beside a copy to the device, and updates that are"
                    + " on the device beside a copy within it."
        })
public final class FoldBenchCommand implements Callable<Integer> {
    /** A vector in host memory is seen through one buffer, at most 2 GiB long. */
    private static final int MOST_PARAMETERS = Integer.MAX_VALUE / Float.BYTES;

    @Option(
            names = "--params",
            split = ",",
            defaultValue = "25000000,250000000",
            paramLabel = "<n>",
            description = "Parameters of the model (default: ${DEFAULT-VALUE}).")
    private List<Integer> parameters = List.of();

    @Option(
            names = "--repetitions",
            defaultValue = "7",
            paramLabel = "<n>",
            description = "Of which the median counts (default: ${DEFAULT-VALUE}).")
    private int repetitions = 7;

    @Mixin private DeviceOption device = new DeviceOption();

    @Option(names = "--json", description = "Prints one line of JSON.")
    private boolean json;

    @Spec private @Nullable CommandSpec spec;

    /** For picocli. */
    public FoldBenchCommand() {}

    @Override
    public Integer call() throws IOException {
        BenchChecks.atLeast("--repetitions", 1, repetitions);
        for (int count : parameters) {
            BenchChecks.atLeast("--params", 1, count);
            if (count > MOST_PARAMETERS) {
                throw new CommandException(
                        "--params: expected at most %d, found %d"
                                .formatted(MOST_PARAMETERS, count));
            }
        }
        Selection where = device.select();
        List<FoldBenchResult.Row> rows = new ArrayList<>();
        for (int count : parameters) {
            try (FoldBenchmark benchmark = new FoldBenchmark(where.device(), count)) {
                rows.add(benchmark.measure(repetitions));
            }
        }
        FoldBenchResult result = new FoldBenchResult(where.name(), repetitions, rows);
        PrintWriter out = Objects.requireNonNull(spec, "spec is null").commandLine().getOut();
        out.println(json ? result.toJson() : result.toText());
        out.flush();
        return 0;
    }
}
