package dev.tributary.simulation;

import dev.tributary.data.DatasetSource;
import dev.tributary.data.LocalDataset;
import dev.tributary.data.partition.PartitionPlan;
import dev.tributary.random.RandomStreams;

import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Clients that hold shares of one data set, named {@code client-0}, {@code client-1} and so on: the
 * shares and names that agents have.
 *
 * <p>Holds the index of each example, whoever has it, and no example.
 */
public final class PartitionedPopulation implements Population {
    private final DatasetSource source;
    private final PartitionPlan plan;
    private final RandomStreams streams;
    private final int[][] shares;
    private final Map<String, Integer> clients = new HashMap<>();
    private final SortedMap<String, Long> counts = new TreeMap<>();

    /**
     * Deals the training part out.
     *
     * @param source the data set
     * @param plan how it is dealt out
     * @param streams the run's random streams
     * @throws dev.tributary.data.DataException if there are too few examples
     */
    public PartitionedPopulation(DatasetSource source, PartitionPlan plan, RandomStreams streams) {
        this.source = source;
        this.plan = plan;
        this.streams = streams;
        this.shares = plan.partition(source, streams);
        for (int i = 0; i < shares.length; i++) {
            clients.put("client-" + i, i);
            counts.put("client-" + i, (long) shares[i].length);
        }
    }

    @Override
    public SortedMap<String, Long> exampleCounts() {
        return Collections.unmodifiableSortedMap(counts);
    }

    @Override
    public LocalDataset data(String client) {
        Integer index = clients.get(client);
        if (index == null) {
            throw new IllegalArgumentException(
                    "expected one of %d clients, found \"%s\"".formatted(shares.length, client));
        }
        return plan.data(source, shares[index], index, streams);
    }
}
