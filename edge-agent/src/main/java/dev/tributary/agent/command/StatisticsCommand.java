package dev.tributary.agent.command;

import dev.tributary.cli.CommandException;
import dev.tributary.cli.CommandProvider;
import dev.tributary.cli.OutputFile;
import dev.tributary.data.TableStatistics;
import dev.tributary.data.table.StatisticsFile;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/**
 * {@code tributary statistics}: what sites tell each other before a run on tables, so that means,
 * deviations and categories agree without any site showing a row.
 */
@Command(
        name = "statistics",
        description = {
            "Write what a site tells of its table before a run: counts, sums, extremes,"
                    + " categories.",
            "Or, given the files of all sites, add them up: the sum is what --data-option"
                    + " statistics=<file> makes every site and the server read their tables with."
        })
public final class StatisticsCommand implements CommandProvider, Callable<Integer> {
    private static final int ORDER = 62;

    @ArgGroup(exclusive = false)
    private @Nullable ShareOptions data;

    @Parameters(
            arity = "0..*",
            paramLabel = "<site.csv>",
            description = "The files of the sites, to be added up.")
    private List<Path> sites = new ArrayList<>();

    @Option(
            names = "--out",
            required = true,
            paramLabel = "<file.csv>",
            description = "Where to write.")
    private Path out = Path.of("statistics.csv");

    /** For the service loader. */
    public StatisticsCommand() {}

    @Override
    public int order() {
        return ORDER;
    }

    @Override
    public Integer call() {
        if ((data == null) == sites.isEmpty()) {
            throw new CommandException(
                    "expected either --dataset, to describe a site, or the files of sites, to add"
                            + " them up");
        }
        TableStatistics statistics = data == null ? sum() : data.statistics();
        try {
            StatisticsFile.write(OutputFile.ready(out), statistics);
        } catch (IOException e) {
            throw new CommandException("the statistics cannot be written", e);
        }
        System.out.printf(
                "%s: %d rows, %d columns of numbers, %d of categories%n",
                out,
                statistics.rowCount(),
                statistics.numbers().size(),
                statistics.categories().size());
        return 0;
    }

    private TableStatistics sum() {
        return sites.stream().map(StatisticsFile::read).reduce(TableStatistics::plus).orElseThrow();
    }
}
