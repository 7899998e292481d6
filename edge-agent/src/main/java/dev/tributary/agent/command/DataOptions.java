package dev.tributary.agent.command;

import ai.djl.Device;

import dev.tributary.cli.CommandException;
import dev.tributary.data.DatasetSource;
import dev.tributary.data.ExampleReader;
import dev.tributary.data.LocalDataset;
import dev.tributary.data.TableStatistics;
import dev.tributary.training.DeviceDataset;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The options that say what data the clients of a process have, and who they are. */
public final class DataOptions {
    @Mixin private ShareOptions share = new ShareOptions();

    @Option(
            names = "--serves",
            paramLabel = "<name>",
            description =
                    "Where a server leads many runs: serve those whose run file names this data"
                            + " set (default: the one of --dataset), or 'any'.")
    private @Nullable String serves;

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
            description =
                    "Names this client, the same after a restart. By default client-<index> where"
                            + " there is a partition, else this host's name. Not for several"
                            + " clients.")
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
        Map<String, Integer> shares = shares();
        DatasetSource source = share.open();
        if (share.gathered()) {
            Map<String, TableStatistics> own = new LinkedHashMap<>();
            shares.forEach((id, index) -> own.put(id, share.statistics(source, index)));
            return read(source.agreeing(agreement.of(own)), shares);
        }
        return read(source, shares);
    }

    private Map<String, Integer> shares() {
        List<Integer> indices = share.indices();
        if (clientId != null && indices.size() > 1) {
            throw new CommandException(
                    "--client-id names one client, but --index names %d; leave it out"
                            .formatted(indices.size()));
        }
        Map<String, Integer> shares = new LinkedHashMap<>();
        indices.forEach(index -> shares.put(id(index), index));
        return shares;
    }

    private String id(int index) {
        if (clientId != null) {
            return clientId;
        }
        return share.isWhole() ? HostId.ofThisHost() : usualId(index);
    }

    private Map<String, ExampleReader> read(DatasetSource source, Map<String, Integer> shares) {
        Map<String, ExampleReader> data = new LinkedHashMap<>();
        shares.forEach(
                (id, index) ->
                        data.put(
                                id,
                                stream
                                        ? share.streamed(source, index)
                                        : share.held(source, index)));
        return data;
    }

    /** The data set that a run must name to be served; null if all are. */
    @Nullable String serves() {
        String named = serves == null ? share.dataset() : serves;
        return named.equals("any") ? null : named;
    }

    /** For the line that tells what this process is. */
    String describe() {
        return share.describe();
    }

    /** Where the clients' examples are to be for training, which takes them over. */
    static DeviceDataset toDevice(ExampleReader data, Device device) {
        return data instanceof LocalDataset held
                ? DeviceDataset.of(held, device)
                : DeviceDataset.streamed(data, device);
    }
}
