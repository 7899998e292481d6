package dev.tributary.server.round;

import dev.tributary.protocol.ErrorCode;
import dev.tributary.protocol.UpdateReceipt;
import dev.tributary.server.aggregation.SpooledUpdate;
import dev.tributary.wire.UpdateMetadata;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

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

    private final Run run;
    private final Tally tally;
    private final Map<String, Parked> parked = new LinkedHashMap<>();

    Parking(Run run, Tally tally) {
        this.run = run;
        this.tally = tally;
    }

    /** No client waits for the model to move, but its update may have to. */
    boolean isFor(Phase phase) {
        boolean full = phase.current().map(Round::full).orElse(true);
        return run.buffered() && (!phase.collects() || full);
    }

    /** Nothing more waits in a run that stops: else it might go on for ever. */
    Optional<UpdateReceipt> refusal(Phase phase, long bytes) {
        return run.stopReason() != null && isFor(phase)
                ? Optional.of(Admission.late("the run is about to end", bytes))
                : Optional.empty();
    }

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

    /**
     * Takes out what need not wait any more, because there is room, or will be none.
     *
     * @param decision of one for which there is room
     */
    void empty(Phase phase, Function<SpooledUpdate, CompletableFuture<UpdateReceipt>> decision) {
        while (!parked.isEmpty() && (isInVain(phase) || !isFor(phase))) {
            boolean vain = isInVain(phase);
            Parked first = parked.remove(parked.keySet().iterator().next());
            SpooledUpdate update = first.update;
            first.answer(vain ? turnAway(phase, update, late(update)) : decision.apply(update));
        }
    }

    private static UpdateReceipt late(SpooledUpdate update) {
        return Admission.late("the run is over", update.bytes());
    }

    /** Whether the run ends, or stops with too few updates for one more step. */
    private boolean isInVain(Phase phase) {
        if (phase instanceof Finishing || phase instanceof Ended) {
            return true;
        }
        int counts = phase.current().map(r -> r.accepted() + r.pending().size()).orElse(0);
        return run.stopReason() != null
                && phase.collects()
                && counts + parked.size() < run.cohort().minimum();
    }

    /** It waited, and does not count: its place is free, and so is its client. */
    CompletableFuture<UpdateReceipt> turnAway(
            Phase phase, SpooledUpdate update, UpdateReceipt receipt) {
        UpdateMetadata metadata = update.metadata();
        run.model().cancel();
        run.atWork().end(metadata.clientId());
        tally.count(phase, metadata.round(), metadata.clientId(), receipt);
        return CompletableFuture.completedFuture(receipt);
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
