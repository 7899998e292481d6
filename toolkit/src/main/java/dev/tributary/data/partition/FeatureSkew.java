package dev.tributary.data.partition;

import dev.tributary.data.LocalDataset;
import dev.tributary.random.RandomStreams;

/**
 * What makes the features of one client look otherwise than another's, though labels are dealt out
 * alike. Thread-safe, and the same in every process.
 */
@FunctionalInterface
interface FeatureSkew {
    /** All clients see the data as it is. */
    FeatureSkew NONE = (data, client, clients, streams) -> data;

    /**
     * A client's view of its share.
     *
     * @param client which one, in {@code [0, clients)}
     * @throws dev.tributary.data.DataException if data of this shape cannot be changed so
     */
    LocalDataset apply(LocalDataset data, int client, int clients, RandomStreams streams);
}
