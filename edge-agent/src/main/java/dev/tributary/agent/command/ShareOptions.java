package dev.tributary.agent.command;

import dev.tributary.cli.CommandException;
import dev.tributary.data.DatasetCatalog;
import dev.tributary.data.DatasetSource;
import dev.tributary.data.ExampleReader;
import dev.tributary.data.TableStatistics;
import dev.tributary.data.partition.ClientData;
import dev.tributary.data.partition.PartitionPlan;
import dev.tributary.random.RandomStreams;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;

/** The options that say which examples of which data set are here. */
final class ShareOptions {
    private static final String ALL = "the whole training part";

    @Option(
            names = "--dataset",
            required = true,
            paramLabel = "<name>",
            description = "The data set; 'tributary datasets' lists them.")
    private String dataset = "";

    @Option(names = "--data-dir", paramLabel = "<dir>", description = "Where its files are.")
    private @Nullable Path directory;

    @Option(
            names = "--data-option",
            paramLabel = "<key=value>",
            description = "A setting of the data set; may be repeated.")
    private Map<String, String> options = new LinkedHashMap<>();

    @Option(
            names = "--partition",
            paramLabel = "<scheme>",
            completionCandidates = PartitionNames.class,
            description = "Take a share of the data: ${COMPLETION-CANDIDATES}.")
    private @Nullable String partition;

    @Option(
            names = "--partition-option",
            paramLabel = "<key=value>",
            description = "A setting of the partition, such as alpha=0.3; may be repeated.")
    private Map<String, String> partitionOptions = new LinkedHashMap<>();

    @Option(names = "--clients", paramLabel = "<n>", description = "How many shares there are.")
    private int clients = 1;

    @Option(
            names = "--index",
            paramLabel = "<i>",
            description =
                    "Which shares are here, from 0: 3, or 0,2, or 0-3 for four clients; goes with"
                            + " --partition.")
    private @Nullable String index;

    @Option(
            names = "--seed",
            paramLabel = "<n>",
            defaultValue = "1",
            description = "The run's seed, by which all agents cut the same shares (default: 1).")
    private long seed;

    /** For picocli. */
    ShareOptions() {}

    String dataset() {
        return dataset;
    }

    /** Whether the data is all that there is here, and no share of what others have too. */
    boolean isWhole() {
        return partition == null;
    }

    /** Whether each site's table is to be read as all agree once the server has gathered them. */
    boolean gathered() {
        return TableStatistics.gathered(options);
    }

    DatasetSource open() {
        return DatasetCatalog.load().open(dataset, directory, options, seed);
    }

    /**
     * The shares that are here; 0 alone without a partition.
     *
     * @throws CommandException if the options contradict each other
     */
    List<Integer> indices() {
        if (clients < 1) {
            throw new CommandException("--clients: expected at least 1, found " + clients);
        }
        if (partition == null && clients != 1) {
            throw new CommandException("--clients needs --partition, which says how to share");
        }
        if (partition == null && !partitionOptions.isEmpty()) {
            throw new CommandException(
                    "--partition-option needs --partition, which it is a part of");
        }
        if (partition == null && index != null) {
            throw new CommandException("--index needs --partition, which says how to share");
        }
        if (partition != null && index == null) {
            throw new CommandException(
                    "--partition needs --index, which says which of the %d share(s) is here"
                            .formatted(clients));
        }
        return IndexList.parse(index == null ? "0" : index, clients);
    }

    /** What a share's holder tells of its table. Nothing else of it leaves. */
    TableStatistics statistics(DatasetSource source, int share) {
        return source.statistics(examples(source, share));
    }

    /** What is told of all shares that are here. */
    TableStatistics statistics() {
        List<Integer> indices = indices();
        DatasetSource source = open();
        return indices.stream()
                .map(share -> statistics(source, share))
                .reduce(TableStatistics::plus)
                .orElseThrow();
    }

    /** A share's examples, held in memory. */
    ExampleReader held(DatasetSource source, int share) {
        return partition == null
                ? source.train(examples(source, share))
                : ClientData.load(source, plan(), share, new RandomStreams(seed));
    }

    /** A share's examples, read from their files whenever they are asked for. */
    ExampleReader streamed(DatasetSource source, int share) {
        int[] indices = examples(source, share);
        return partition == null
                ? ExampleReader.of(source, indices)
                : plan().reader(source, indices);
    }

    private int[] examples(DatasetSource source, int share) {
        return partition == null
                ? IntStream.range(0, source.trainLabels().length).toArray()
                : plan().partition(source, new RandomStreams(seed))[share];
    }

    private PartitionPlan plan() {
        return new PartitionPlan(
                Objects.requireNonNull(partition, "no partition"), partitionOptions, clients);
    }

    /** For the line that tells what this process is. */
    String describe() {
        return partition == null
                ? "%s, %s".formatted(dataset, ALL)
                : "%s, share %s of %d (%s)".formatted(dataset, index, clients, partition);
    }
}
