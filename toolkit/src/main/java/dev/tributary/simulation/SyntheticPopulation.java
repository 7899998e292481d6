package dev.tributary.simulation;

import dev.tributary.data.LocalDataset;
import dev.tributary.data.generated.SyntheticClients;
import dev.tributary.random.RandomStreams;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Clients of Synthetic(alpha, beta), whose examples are drawn anew each time; only their ids and
 * numbers of examples are kept.
 *
 * @see SyntheticClients
 */
public final class SyntheticPopulation implements Population {
    private final SyntheticClients rule;
    private final SortedMap<String, Long> counts = new TreeMap<>();

    /**
     * @param clients how many, named {@code client-0} and so on
     * @param alpha the variance of the clients' models, finite and at least 0
     * @param beta the variance of the clients' data, finite and at least 0
     * @param streams the run's random streams
     */
    public SyntheticPopulation(int clients, double alpha, double beta, RandomStreams streams) {
        this.rule = new SyntheticClients(alpha, beta, streams);
        for (int i = 0; i < clients; i++) {
            String client = "client-" + i;
            counts.put(client, (long) rule.exampleCount(client));
        }
    }

    @Override
    public SortedMap<String, Long> exampleCounts() {
        return Collections.unmodifiableSortedMap(counts);
    }

    @Override
    public LocalDataset data(String client) {
        if (!counts.containsKey(client)) {
            throw new IllegalArgumentException(
                    "expected one of %d clients, found \"%s\"".formatted(counts.size(), client));
        }
        return rule.data(client);
    }
}
