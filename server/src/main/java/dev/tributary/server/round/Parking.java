package dev.tributary.server.round;

import dev.tributary.protocol.ErrorCode;
import dev.tributary.protocol.UpdateReceipt;
import dev.tributary.server.aggregation.SpooledUpdate;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Updates of an asynchronous run that are whole and wait until the model has moved, one a client,
 * in the order in which they came. Each has a place in the aggregation's queue, which bounds them.
 * Belongs to the coordinator's thread.
 */
final class Parking {
    /**
     * One that waits.
     *
     * @param update what is to count
     * @param reply what its sender waits for
     */
    record Parked(SpooledUpdate update, CompletableFuture<UpdateReceipt> reply) {
        /** Its sender is told how it ended. */
        void answer(CompletableFuture<UpdateReceipt> end) {
            CompletableFuture<UpdateReceipt> unused = end.whenComplete(this::answer);
        }

        private void answer(@Nullable UpdateReceipt receipt, @Nullable Throwable failure) {
            if (failure == null) {
                reply.complete(receipt);
            } else {
                reply.completeExceptionally(failure);
            }
        }
    }

    private final Map<String, Parked> parked = new LinkedHashMap<>();

    /** Completes when the update has been taken out, and its end is known. */
    CompletableFuture<UpdateReceipt> park(SpooledUpdate update) {
        Parked waits = new Parked(update, new CompletableFuture<>());
        parked.put(update.metadata().clientId(), waits);
        return waits.reply;
    }

    /** What waits of the client. */
    Optional<Parked> of(String client) {
        return Optional.ofNullable(parked.get(client));
    }

    boolean isEmpty() {
        return parked.isEmpty();
    }

    /** Takes the one out that has waited longest; there must be one. */
    Parked next() {
        return parked.remove(parked.keySet().iterator().next());
    }

    /** The server stops: whoever waits for a receipt may ask again. */
    void close() {
        List<Parked> all = new ArrayList<>(parked.values());
        parked.clear();
        all.forEach(
                waits ->
                        waits.reply.completeExceptionally(
                                new RefusedException(
                                        ErrorCode.STOPPING, "the server is stopping")));
    }
}
