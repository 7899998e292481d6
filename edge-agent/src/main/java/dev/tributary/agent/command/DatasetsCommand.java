package dev.tributary.agent.command;

import dev.tributary.cli.CommandProvider;
import dev.tributary.data.DatasetCatalog;
import dev.tributary.data.DatasetProvider;
import dev.tributary.data.partition.PartitionScheme;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** {@code tributary datasets}: what can be trained on, and how it can be shared. */
@Command(
        name = "datasets",
        subcommands = PartitionCommand.class,
        description =
                "List the data sets that a run can name, and how they can be shared; or show one.")
public final class DatasetsCommand implements CommandProvider, Runnable {
    @Spec private @Nullable CommandSpec spec;

    @Parameters(
            arity = "0..1",
            paramLabel = "<name>",
            description = "Show this data set (default: all, and how they can be shared).")
    private @Nullable String name;

    /** For the service loader. */
    public DatasetsCommand() {}

    @Override
    public int order() {
        return 61;
    }

    @Override
    public void run() {
        PrintWriter out = Objects.requireNonNull(spec, "spec is null").commandLine().getOut();
        List<DatasetProvider> all = DatasetCatalog.load().providers();
        if (name != null) {
            show(out, Named.find("datasets", "data set", all, DatasetProvider::name, name));
            out.flush();
            return;
        }
        out.println("Data sets:");
        all.forEach(provider -> show(out, provider));
        out.println("Partitions:");
        for (PartitionScheme scheme : PartitionScheme.all()) {
            out.printf("  %s: %s%n", scheme.name(), scheme.description());
            print(out, scheme.options());
        }
        out.flush();
    }

    private static void show(PrintWriter out, DatasetProvider provider) {
        out.printf("  %s: %s%n", provider.name(), provider.description());
        print(out, provider.options());
    }

    private static void print(PrintWriter out, Map<String, String> options) {
        new TreeMap<>(options).forEach((name, line) -> out.printf("      %s: %s%n", name, line));
    }
}
