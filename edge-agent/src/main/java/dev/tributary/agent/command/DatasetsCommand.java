package dev.tributary.agent.command;

import dev.tributary.cli.CommandProvider;
import dev.tributary.data.DatasetCatalog;
import dev.tributary.data.DatasetProvider;
import dev.tributary.data.partition.PartitionScheme;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

import java.io.PrintWriter;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** {@code tributary datasets}: what can be trained on, and how it can be shared. */
@Command(
        name = "datasets",
        subcommands = PartitionCommand.class,
        description = "List the data sets that a run can name, and how they can be shared.")
public final class DatasetsCommand implements CommandProvider, Runnable {
    @Spec private @Nullable CommandSpec spec;

    /** For the service loader. */
    public DatasetsCommand() {}

    @Override
    public int order() {
        return 61;
    }

    @Override
    public void run() {
        PrintWriter out = Objects.requireNonNull(spec, "spec is null").commandLine().getOut();
        out.println("Data sets:");
        for (DatasetProvider provider : DatasetCatalog.load().providers()) {
            out.printf("  %s: %s%n", provider.name(), provider.description());
            print(out, provider.options());
        }
        out.println("Partitions:");
        for (PartitionScheme scheme : PartitionScheme.all()) {
            out.printf("  %s: %s%n", scheme.name(), scheme.description());
            print(out, scheme.options());
        }
        out.flush();
    }

    private static void print(PrintWriter out, Map<String, String> options) {
        new TreeMap<>(options).forEach((name, line) -> out.printf("      %s: %s%n", name, line));
    }
}
