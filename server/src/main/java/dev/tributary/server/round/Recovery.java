package dev.tributary.server.round;

import dev.tributary.protocol.ClientRegistration;
import dev.tributary.protocol.RoundMetrics;
import dev.tributary.server.aggregation.SpooledUpdate;
import dev.tributary.server.database.Receipt;
import dev.tributary.server.database.StoredRound;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * What a server that was killed has left of a run; {@link #NONE} for a new one.
 *
 * @param clients who had registered
 * @param history the rounds that are closed, with what was measured
 * @param lastEvent number of the last event
 * @param last the newest round, open or closed; null before the first
 * @param receipts the updates that count in it
 * @param updates the same, from the spool, if the round is open; one missing means that it cannot
 *     be folded any more
 * @param earlier the updates that count in closed rounds, in the order of the rounds
 */
public record Recovery(
        List<ClientRegistration> clients,
        List<RoundMetrics> history,
        long lastEvent,
        @Nullable StoredRound last,
        List<Receipt> receipts,
        List<SpooledUpdate> updates,
        List<Receipt> earlier) {
    /** Nothing: the run begins. */
    public static final Recovery NONE =
            new Recovery(List.of(), List.of(), 0, null, List.of(), List.of(), List.of());

    /** Copies the lists. */
    public Recovery {
        clients = List.copyOf(clients);
        history = List.copyOf(history);
        receipts = List.copyOf(receipts);
        updates = List.copyOf(updates);
        earlier = List.copyOf(earlier);
    }

    /** The model version to go on from. */
    public int version() {
        return last == null ? 0 : last.version();
    }
}
