package dev.tributary.data.partition;

import dev.tributary.data.DataException;
import dev.tributary.data.DatasetSource;
import dev.tributary.data.ExampleReader;
import dev.tributary.data.LocalDataset;
import dev.tributary.random.RandomStreams;

import java.util.Map;

/**
 * How a run deals out its training examples, as written in a run file or command.
 *
 * @param scheme the name of a {@link PartitionScheme}
 * @param options settings of the scheme; copied
 * @param clients the number of clients, from 1
 */
public record PartitionPlan(String scheme, Map<String, String> options, int clients) {
    /** The option of the natural scheme that names a column of the data. */
    static final String COLUMN = "column";

    /**
     * Copies and checks everything, the options' values too.
     *
     * @throws DataException if the scheme or an option is unknown or wrong
     */
    public PartitionPlan {
        options = Map.copyOf(options);
        Shares.checkPositive("clients", clients);
        of(scheme, options);
        FeatureSkew unused = PartitionScheme.named(scheme).skew(options);
    }

    /**
     * The partitioner of a scheme's name and options.
     *
     * @throws DataException if the scheme or an option is unknown or wrong
     */
    public static Partitioner of(String scheme, Map<String, String> options) {
        return PartitionScheme.named(scheme).partitioner(options);
    }

    /** The partitioner of this plan. */
    public Partitioner partitioner() {
        return of(scheme, options);
    }

    /**
     * Deals the training examples of a data set out.
     *
     * @return for each client the indices of its examples, ascending
     * @throws DataException if there are too few examples or groups for that many clients, or no
     *     such column
     */
    public int[][] partition(DatasetSource source, RandomStreams streams) {
        String column = options.get(COLUMN);
        float[] labels = column == null ? source.trainLabels() : source.trainGroups(column);
        return partitioner().partition(labels, clients, streams);
    }

    /**
     * The same without holding them: they are read when they are asked for.
     *
     * @throws DataException if clients of this plan see their data otherwise than it is
     */
    public ExampleReader reader(DatasetSource source, int[] share) {
        if (PartitionScheme.named(scheme).skew(options) != FeatureSkew.NONE) {
            throw new DataException(
                    "partition scheme \"%s\": expected data in memory, found data that streams"
                            .formatted(scheme));
        }
        return ExampleReader.of(source, share);
    }

    /**
     * The examples of a client's share, as the client sees them.
     *
     * @param source what was dealt out
     * @param share the client's indices, from {@link #partition}
     * @param client which one, in {@code [0, clients)}
     * @param streams the run's random streams
     * @throws DataException if the data cannot be looked at so
     */
    public LocalDataset data(DatasetSource source, int[] share, int client, RandomStreams streams) {
        return PartitionScheme.named(scheme)
                .skew(options)
                .apply(source.train(share), client, clients, streams);
    }
}
