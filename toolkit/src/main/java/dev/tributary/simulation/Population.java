package dev.tributary.simulation;

import dev.tributary.data.LocalDataset;

import java.util.SortedMap;

/**
 * The virtual clients of a simulation, and the data of each, which is made only while it is needed.
 *
 * <p>Deterministic: a client's data is the same each time. Thread-safe.
 */
public interface Population {

    /** The number of examples by client id; at least 1 each. */
    SortedMap<String, Long> exampleCounts();

    /**
     * The examples of one client, as many as {@link #exampleCounts} says.
     *
     * @throws IllegalArgumentException if there is no such client
     */
    LocalDataset data(String client);
}
