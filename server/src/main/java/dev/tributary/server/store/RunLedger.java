package dev.tributary.server.store;

import dev.tributary.protocol.RoundMetrics;
import dev.tributary.protocol.RunEvent;
import dev.tributary.protocol.RunStatus;
import dev.tributary.server.database.Agent;
import dev.tributary.server.database.Receipt;
import dev.tributary.server.database.RoundEnd;
import dev.tributary.server.database.RoundStart;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * What must survive the server.
 *
 * <p>Entries are written in the order of the calls. No call waits; a future completes on another
 * thread, when its entry is on disk.
 */
public interface RunLedger {
    /** Whether entries find their way to disk. */
    default Shortage shortage() {
        return Shortage.NONE;
    }

    /** Why receipts would wait now, for who knows how long; empty if they would not. */
    default Optional<String> obstacle() {
        return Optional.empty();
    }

    /** Whether all but receipts waits now, for who knows how long. */
    default boolean isStuck() {
        return false;
    }

    /** A client has registered. */
    void seen(Agent agent);

    /** Something happened. */
    void append(RunEvent event);

    /**
     * A round opens, or is tried again, and what its earlier attempts accepted counts no more; or
     * an open attempt asks more clients.
     */
    CompletableFuture<Void> open(RoundStart start);

    /**
     * Updates that came together shall count in the round that was opened last: all are written at
     * once, or none.
     *
     * @return completes when they count; exceptionally if they do not, or if the ledger is closed
     *     before that is known: then they may be found to count after a restart
     */
    CompletableFuture<Void> accept(List<Receipt> receipts);

    /**
     * A round has published its model, which is forced to disk first: while the round is not closed
     * here, what is folded again after a restart gives the same model.
     *
     * @param receipts of all updates that count in it
     */
    CompletableFuture<Void> close(
            int attempt,
            RoundEnd end,
            RoundMetrics metrics,
            ModelVersion model,
            List<Receipt> receipts);

    /** The evaluation of a round is there, or none is due. */
    void complete(RoundMetrics metrics);

    /** The run has ended with this. */
    CompletableFuture<Void> end(RunStatus last);

    /** The run has come to another part of its life. */
    CompletableFuture<Void> state(RunStatus.State state, String message);
}
