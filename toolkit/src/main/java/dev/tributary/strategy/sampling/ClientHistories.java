package dev.tributary.strategy.sampling;

import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;

/**
 * What became of clients in the rounds that are over, as samplers are told.
 *
 * <p>Only rounds whose model was published count, so that a server that is started again, and reads
 * its receipts, knows the same but for durations. Not thread-safe.
 */
public final class ClientHistories {
    private final Map<String, ClientHistory> byClient = new HashMap<>();

    /**
     * An update of a client has counted in a round that is over; rounds come in order.
     *
     * @param client its id
     * @param round the round, from 1
     * @param loss its mean loss in its last local epoch; NaN if unknown
     * @param seconds until its update counted; NaN if unknown
     */
    public void record(String client, int round, double loss, double seconds) {
        ClientHistory before = byClient.getOrDefault(client, ClientHistory.none(1));
        byClient.put(client, before.after(round, loss, seconds));
    }

    /** The last round that a client's updates have counted in; 0 for none. */
    public int lastRound(String client) {
        return byClient.getOrDefault(client, ClientHistory.none(1)).lastRound();
    }

    /**
     * Of those who can be asked, by id, with the examples that they have now.
     *
     * @return a view, which takes no memory for a client; it changes with the counts and as rounds
     *     are recorded
     */
    public SortedMap<String, ClientHistory> of(SortedMap<String, Long> exampleCounts) {
        return new HistoryView(
                exampleCounts,
                (client, count) -> {
                    ClientHistory known = byClient.get(client);
                    return known == null
                            ? ClientHistory.none(count)
                            : known.withExampleCount(count);
                });
    }
}
