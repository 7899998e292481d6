package dev.tributary.strategy.sampling;

import dev.tributary.random.RandomStreams;

import java.util.List;
import java.util.SortedMap;

/**
 * Chooses the clients of a round.
 *
 * <p>The choice depends on the arguments alone, so that a round that is tried again after a restart
 * asks the same clients. Thread-safe.
 */
@FunctionalInterface
public interface ClientSampler {

    /**
     * Chooses distinct clients.
     *
     * @param eligible what is known of each client that can be asked, by id
     * @param count how many to choose, at most as many as are eligible
     * @param streams the run's random streams
     * @param round the round, from 1
     * @return the chosen ids, sorted
     */
    List<String> sample(
            SortedMap<String, ClientHistory> eligible, int count, RandomStreams streams, int round);
}
