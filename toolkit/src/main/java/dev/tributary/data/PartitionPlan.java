package dev.tributary.data;

import java.util.Map;

/**
 * How a run deals out its training examples, as written in a run file or command.
 *
 * @param scheme the name of a {@link PartitionScheme}
 * @param options settings of the scheme; copied
 * @param clients the number of clients, from 1
 */
public record PartitionPlan(String scheme, Map<String, String> options, int clients) {

    /**
     * Copies and checks everything, the options' values too.
     *
     * @throws DataException if the scheme or an option is unknown or wrong
     */
    public PartitionPlan {
        options = Map.copyOf(options);
        Shares.checkPositive("clients", clients);
        of(scheme, options);
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
}
