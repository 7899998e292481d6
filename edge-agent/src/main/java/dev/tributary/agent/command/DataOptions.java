package dev.tributary.agent.command;

import ai.djl.Device;

import dev.tributary.cli.CommandException;
import dev.tributary.data.DatasetCatalog;
import dev.tributary.data.DatasetSource;
import dev.tributary.data.ExampleReader;
import dev.tributary.data.LocalDataset;
import dev.tributary.data.TableStatistics;
import dev.tributary.data.partition.ClientData;
import dev.tributary.data.partition.PartitionPlan;
import dev.tributary.random.RandomStreams;
import dev.tributary.training.DeviceDataset;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;

/** The options that say what data the clients of a process have. */
public final class DataOptions {
    private static final String ALL = "the whole training part";

    @Option(
            names = "--dataset",
            required = true,
            paramLabel = "<name>",
            description = "The data set; 'tributary datasets' lists them.")
    private String dataset = "";

    @Option(
            names = "--serves",
            paramLabel = "<name>",
            description =
                    "Where a server leads many runs: serve those whose run file names this data"
                            + " set (default: the one of --dataset), or 'any'.")
    private @Nullable String serves;

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

    @Option(
            names = "--stream",
            description =
                    "Read the examples from their files whenever they are trained on, instead of"
                            + " holding them: for data larger than memory, as images and"
                            + " safetensors; to the same model.")
    private boolean stream;

    @Option(
            names = "--client-id",
            paramLabel = "<id>",
            description = "Stable over restarts; default client-<index>. Not for several clients.")
    private @Nullable String clientId;

    /** For picocli. */
    public DataOptions() {}

    /**
     * The ids of the clients that an agent with this {@code --index} hosts, if it names none.
     *
     * @throws CommandException if it is malformed
     */
    public static List<String> clientIds(String index) {
        return IndexList.parse(index, Integer.MAX_VALUE).stream()
                .map(DataOptions::usualId)
                .toList();
    }

    private static String usualId(int share) {
        return "client-" + share;
    }

    /** How sites agree on what they tell of their tables. */
    @FunctionalInterface
    interface Agreement {
        /**
         * Tells and waits for the others.
         *
         * @param own what each client of this process tells
         * @return the sum of all sites
         */
        TableStatistics of(Map<String, TableStatistics> own);
    }

    /** The ids and data of this process's clients. Only their own examples are loaded. */
    Map<String, ExampleReader> load(Agreement agreement) {
        if (partition == null && clients != 1) {
            throw new CommandException("--clients needs --partition, which says how to share");
        }
        if (partition == null && !partitionOptions.isEmpty()) {
            throw new CommandException(
                    "--partition-option needs --partition, which it is a part of");
        }
        List<Integer> indices = indices();
        if (clientId != null && indices.size() > 1) {
            throw new CommandException(
                    "--client-id names one client, but --index %s are %d; leave it out"
                            .formatted(index, indices.size()));
        }
        Map<String, Integer> shares = new LinkedHashMap<>();
        indices.forEach(share -> shares.put(clientId == null ? usualId(share) : clientId, share));
        DatasetSource source = DatasetCatalog.load().open(dataset, directory, options, seed);
        if (TableStatistics.gathered(options)) {
            Map<String, TableStatistics> own = new LinkedHashMap<>();
            shares.forEach((id, share) -> own.put(id, source.statistics(examples(source, share))));
            return shares(source.agreeing(agreement.of(own)), shares);
        }
        return shares(source, shares);
    }

    private Map<String, ExampleReader> shares(DatasetSource source, Map<String, Integer> shares) {
        Map<String, ExampleReader> data = new LinkedHashMap<>();
        shares.forEach((id, share) -> data.put(id, share(source, share)));
        return data;
    }

    /** What this process's clients tell together of their tables. Nothing else of them leaves. */
    TableStatistics statistics() {
        DatasetSource source = DatasetCatalog.load().open(dataset, directory, options, seed);
        return indices().stream()
                .map(share -> source.statistics(examples(source, share)))
                .reduce(TableStatistics::plus)
                .orElseThrow();
    }

    private List<Integer> indices() {
        if (partition != null && index == null) {
            throw new CommandException(
                    "--partition needs --index, which says which of the %d share(s) is here"
                            .formatted(clients));
        }
        return IndexList.parse(index == null ? "0" : index, clients);
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

    /** The data set that a run must name to be served; null if all are. */
    @Nullable String serves() {
        String named = serves == null ? dataset : serves;
        return named.equals("any") ? null : named;
    }

    /** For the line that tells what this process is. */
    String describe() {
        return partition == null
                ? "%s, %s".formatted(dataset, ALL)
                : "%s, share %s of %d (%s)".formatted(dataset, index, clients, partition);
    }

    /** Where the clients' examples are to be for training, which takes them over. */
    static DeviceDataset toDevice(ExampleReader data, Device device) {
        return data instanceof LocalDataset held
                ? DeviceDataset.of(held, device)
                : DeviceDataset.streamed(data, device);
    }

    private ExampleReader share(DatasetSource source, int share) {
        if (stream) {
            int[] indices = examples(source, share);
            return partition == null
                    ? ExampleReader.of(source, indices)
                    : plan().reader(source, indices);
        }
        if (partition == null) {
            return source.train(examples(source, share));
        }
        return ClientData.load(source, plan(), share, new RandomStreams(seed));
    }
}
