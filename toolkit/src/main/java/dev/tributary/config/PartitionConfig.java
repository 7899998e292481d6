package dev.tributary.config;

import java.util.Map;

/**
 * How a known data set is cut into the clients' shares, where the data does not come cut already:
 * in the demo, in a simulation, and for agents that hold one share.
 *
 * @param scheme the partitioner's name; default {@code iid}
 * @param clients the number of shares, 1 to 1,000,000; default 4
 * @param options the partitioner's own settings, such as {@code alpha}, checked by itself; copied
 */
public record PartitionConfig(String scheme, int clients, Map<String, String> options) {
    static final Setting<String> SCHEME = Setting.name("data.partition.scheme");
    static final Setting<Integer> CLIENTS =
            Setting.wholeNumber("data.partition.clients", 1, 1_000_000);

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if one is left
     */
    public PartitionConfig {
        SCHEME.check(scheme);
        CLIENTS.check(clients);
        options = Setting.options("data.partition.options", options);
    }

    /** Shares that are drawn uniformly, of equal size. */
    public static PartitionConfig iid(int clients) {
        return new PartitionConfig("iid", clients, Map.of());
    }
}
