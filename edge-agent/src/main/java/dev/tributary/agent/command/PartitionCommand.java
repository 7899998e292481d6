package dev.tributary.agent.command;

import dev.tributary.cli.CommandException;
import dev.tributary.cli.Format;
import dev.tributary.cli.OutputFile;
import dev.tributary.cli.chart.StackedBars;
import dev.tributary.cli.chart.StackedBars.Bar;
import dev.tributary.config.DataConfig;
import dev.tributary.config.PartitionConfig;
import dev.tributary.config.RunConfig;
import dev.tributary.data.DatasetCatalog;
import dev.tributary.data.DatasetSource;
import dev.tributary.data.partition.PartitionPlan;
import dev.tributary.data.partition.PartitionTable;
import dev.tributary.data.partition.PartitionTable.Row;
import dev.tributary.models.catalog.RunNames;
import dev.tributary.random.RandomStreams;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.IntSummaryStatistics;
import java.util.List;
import java.util.Objects;

/** {@code tributary datasets partition}: who gets what in a run. */
@Command(
        name = "partition",
        description = "Deal the data of a run file out, and say who gets what.")
final class PartitionCommand implements Runnable {
    private static final int BARS_AT_MOST = 500;

    @Spec private @Nullable CommandSpec spec;

    @Parameters(paramLabel = "<run.yaml>", description = "The run file.")
    private Path runFile = Path.of("run.yaml");

    @Option(
            names = "--data-dir",
            paramLabel = "<dir>",
            description = "Where the data set's files are; else what the run file says.")
    private @Nullable Path directory;

    @Option(names = "--show", description = "Print a line for each client.")
    private boolean show;

    @Option(
            names = "--svg",
            paramLabel = "<file.svg>",
            description = "Draw a bar for each client, its labels told apart by color.")
    private @Nullable Path svg;

    @Override
    public void run() {
        RunConfig config = RunNames.read(runFile);
        DataConfig data =
                directory == null ? config.data() : config.data().withDirectory(directory);
        if (!data.isPresent()) {
            throw new CommandException(
                    "data.dataset: expected a data set that clients share, found none");
        }
        PartitionTable table = table(data, config.seed());
        PrintWriter out = Objects.requireNonNull(spec, "spec is null").commandLine().getOut();
        String summary = summary(data, table);
        out.println(summary);
        if (show) {
            print(out, table);
        }
        if (svg != null) {
            draw(svg, config.name(), summary, table);
            out.println(svg + ": " + drawn(table));
        }
        out.flush();
    }

    private static PartitionTable table(DataConfig data, long seed) {
        DatasetSource source =
                DatasetCatalog.load()
                        .open(data.dataset(), data.directory().orElse(null), data.options(), seed);
        PartitionConfig partition = data.partition();
        PartitionPlan plan =
                new PartitionPlan(partition.scheme(), partition.options(), partition.clients());
        return PartitionTable.of(source, plan, new RandomStreams(seed));
    }

    private static String summary(DataConfig data, PartitionTable table) {
        IntSummaryStatistics sizes =
                table.clients().stream().mapToInt(Row::examples).summaryStatistics();
        double labels = table.clients().stream().mapToLong(Row::labelCount).average().orElse(0);
        String each =
                "%s, %s: %s examples at %s clients, %s to %s each"
                        .formatted(
                                data.dataset(),
                                data.partition().scheme(),
                                Format.count(sizes.getSum()),
                                Format.count(sizes.getCount()),
                                Format.count(sizes.getMin()),
                                Format.count(sizes.getMax()));
        return table.labels().isEmpty()
                ? each
                : each + ", %.1f of %d labels".formatted(labels, table.labels().size());
    }

    private static void print(PrintWriter out, PartitionTable table) {
        out.printf("%-12s %9s", "client", "examples");
        table.labels().forEach(label -> out.printf(" %7s", "[" + label + "]"));
        out.println();
        for (int i = 0; i < table.clients().size(); i++) {
            Row row = table.clients().get(i);
            out.printf("%-12s %9d", "client-" + i, row.examples());
            row.byLabel().forEach(count -> out.printf(" %7s", count == 0 ? "." : count));
            out.println();
        }
    }

    /** A chart of more bars nobody would look at. */
    private static int bars(PartitionTable table) {
        return Math.min(BARS_AT_MOST, table.clients().size());
    }

    private static String drawn(PartitionTable table) {
        String all = Format.count(table.clients().size()) + " clients";
        return bars(table) < table.clients().size()
                ? "the first %s of %s".formatted(Format.count(bars(table)), all)
                : all;
    }

    private static void draw(Path file, String name, String summary, PartitionTable table) {
        List<String> parts =
                table.labels().isEmpty()
                        ? List.of("examples")
                        : table.labels().stream().map(String::valueOf).toList();
        List<Bar> bars = new ArrayList<>();
        for (Row row : table.clients().subList(0, bars(table))) {
            bars.add(
                    new Bar(
                            "client-" + bars.size(),
                            table.labels().isEmpty() ? List.of(row.examples()) : row.byLabel()));
        }
        try {
            String subtitle = bars.size() < table.clients().size() ? drawn(table) : summary;
            Files.writeString(
                    OutputFile.ready(file), new StackedBars(name, subtitle, parts, bars).draw());
        } catch (IOException e) {
            throw new CommandException("the chart cannot be written", e);
        }
    }
}
