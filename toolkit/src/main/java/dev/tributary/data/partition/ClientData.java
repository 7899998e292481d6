package dev.tributary.data.partition;

import dev.tributary.data.DataException;
import dev.tributary.data.DatasetSource;
import dev.tributary.data.LocalDataset;
import dev.tributary.random.RandomStreams;

import java.util.Objects;

/** How an agent finds the data of the client that it runs. */
public final class ClientData {
    private ClientData() {}

    /**
     * The training examples of one client among many, and no others.
     *
     * <p>Every process that passes the same arguments finds the same share; the shares of all
     * indices are the whole training part, each example once.
     *
     * @param source the data set that all clients know
     * @param plan who holds what, and how many clients there are
     * @param index which of them, from 0
     * @param streams the run's random streams
     * @throws DataException if the data cannot be dealt out to that many clients
     * @throws IndexOutOfBoundsException if there is no such client
     */
    public static LocalDataset load(
            DatasetSource source, PartitionPlan plan, int index, RandomStreams streams) {
        Objects.checkIndex(index, plan.clients());
        return plan.data(source, plan.partition(source, streams)[index], index, streams);
    }
}
