package dev.tributary.server.round;

import dev.tributary.protocol.Outcome;
import dev.tributary.protocol.UpdateReceipt;
import dev.tributary.server.aggregation.Spool.Content;
import dev.tributary.server.aggregation.SpooledUpdate;
import dev.tributary.server.round.Parking.Parked;
import dev.tributary.wire.UpdateMetadata;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;

/**
 * Takes updates in, as far as {@link Admission} goes. Belongs to the coordinator's thread.
 *
 * <p>Order of effects:
 *
 * <ol>
 *   <li>The update's file is whole, checked and on disk, before it is offered here.
 *   <li>It is known to fit, and has a place in the round and in the aggregation's queue.
 *   <li>Its receipt is on disk.
 *   <li>It counts and is folded, or the round fails; its sender is told.
 * </ol>
 *
 * <p>So what its sender was told to be accepted is found again after any crash, and what was not
 * told may be sent again: the same update counts once.
 */
final class UpdateDesk {
    private final Run run;
    private final Admission admission;
    private final Tally tally;
    private final ReceiptDesk receipts;
    private final Parking parking;

    UpdateDesk(Run run) {
        this.run = run;
        this.admission = new Admission(run);
        this.tally = new Tally(run);
        this.parking = new Parking(run, tally);
        this.receipts = new ReceiptDesk(run, admission, tally);
    }

    /**
     * Whether an update may come, before its body is read.
     *
     * @return empty if it may; else how it ended, counted
     * @throws RefusedException if no receipt could be written now
     */
    Optional<UpdateReceipt> knock(Phase phase, int round, String clientId, Content content) {
        Optional<UpdateReceipt> turnedAway = admission.turnAway(phase, round, clientId, content, 0);
        if (turnedAway.isEmpty()) {
            receipts.requireLedger();
        }
        turnedAway.ifPresent(receipt -> tally.count(phase, round, clientId, receipt));
        return turnedAway;
    }

    /**
     * An update that is whole and checked.
     *
     * @throws RefusedException if the aggregation is too busy to take it; nothing has changed then
     */
    CompletableFuture<UpdateReceipt> offer(Phase phase, SpooledUpdate update) {
        UpdateMetadata metadata = update.metadata();
        Optional<CompletableFuture<UpdateReceipt>> twin = twin(phase, update);
        if (twin.isPresent()) {
            return twin.get();
        }
        Optional<UpdateReceipt> refusal =
                refusal(phase, update).or(() -> parking.refusal(phase, update.bytes()));
        if (refusal.isEmpty()) {
            return parking.isFor(phase) ? park(update) : accept(phase, update);
        }
        tally.count(phase, metadata.round(), metadata.clientId(), refusal.get());
        return CompletableFuture.completedFuture(refusal.get());
    }

    private Optional<UpdateReceipt> refusal(Phase phase, SpooledUpdate update) {
        UpdateMetadata metadata = update.metadata();
        return admission
                .turnAway(
                        phase,
                        metadata.round(),
                        metadata.clientId(),
                        content(update),
                        update.bytes())
                .or(() -> admission.unfit(phase, update));
    }

    /**
     * Updates that came as one sum: all of them are taken, or none. A refusal counts nowhere, since
     * each of them may come by itself.
     *
     * @throws RefusedException if the aggregation is too busy to take them; nothing has changed
     *     then
     */
    CompletableFuture<UpdateReceipt> offerSum(Phase phase, List<SpooledUpdate> updates) {
        int known = 0;
        for (SpooledUpdate update : updates) {
            Optional<UpdateReceipt> refusal = unwanted(phase, update);
            if (refusal.filter(UpdateReceipt::duplicate).isPresent()) {
                known++;
            } else if (refusal.isPresent()) {
                return CompletableFuture.completedFuture(refusal.get());
            }
        }
        if (known == updates.size()) {
            return CompletableFuture.completedFuture(Admission.duplicate(0));
        }
        Round round = phase.current().orElse(null);
        if (known > 0 || round == null || !round.hasRoomFor(updates.size())) {
            return CompletableFuture.completedFuture(
                    Admission.late("the round does not need all updates of the sum", 0));
        }
        receipts.reserve(updates.size());
        List<CompletableFuture<UpdateReceipt>> replies = receipts.accept(round, updates);
        return CompletableFuture.allOf(replies.toArray(CompletableFuture[]::new))
                .thenApply(all -> replies.get(0).join());
    }

    private Optional<UpdateReceipt> unwanted(Phase phase, SpooledUpdate update) {
        UpdateMetadata metadata = update.metadata();
        boolean pending =
                phase.current()
                        .filter(r -> r.pending().containsKey(metadata.clientId()))
                        .isPresent();
        if (pending) {
            return Optional.of(Admission.conflicting(metadata.round(), 0));
        }
        return admission
                .turnAway(phase, metadata.round(), metadata.clientId(), content(update), 0)
                .or(() -> admission.unfit(phase, update));
    }

    /** It has its place in the queue already, and nobody waits for its client meanwhile. */
    private CompletableFuture<UpdateReceipt> park(SpooledUpdate update) {
        receipts.reserve(1);
        believe(update.metadata());
        run.atWork().deliver(update.metadata().clientId());
        return parking.park(update);
    }

    /** It has waited: meanwhile it may have come to be unwanted. */
    private CompletableFuture<UpdateReceipt> acceptParked(Phase phase, SpooledUpdate update) {
        return refusal(phase, update)
                .map(receipt -> parking.turnAway(phase, update, receipt))
                .orElseGet(() -> acceptReserved(phase, update));
    }

    /** Counts, folds and answers what has come to disk. */
    void settle(Phase phase) {
        parking.empty(phase, update -> acceptParked(phase, update));
        receipts.settle(phase);
    }

    /** An update whose body was wrong. */
    UpdateReceipt reject(Phase phase, int round, String clientId, UpdateReceipt receipt) {
        // Whoever has no business here learns that, and not what is wrong with the body.
        Content content = new Content("", receipt.bytes());
        UpdateReceipt told =
                admission.accepted(round, clientId)
                        ? receipt
                        : admission
                                .turnAway(phase, round, clientId, content, receipt.bytes())
                                .orElse(receipt);
        tally.count(phase, round, clientId, told);
        return told;
    }

    /** Whether an update of the client counts in the round. */
    boolean accepted(int round, String clientId) {
        return admission.accepted(round, clientId);
    }

    private CompletableFuture<UpdateReceipt> accept(Phase phase, SpooledUpdate update) {
        receipts.reserve(1);
        return acceptReserved(phase, update);
    }

    private CompletableFuture<UpdateReceipt> acceptReserved(Phase phase, SpooledUpdate update) {
        Round round = phase.current().orElseThrow();
        if (run.buffered()) {
            believe(update.metadata());
            run.atWork().deliver(update.metadata().clientId());
            round.ask(update.metadata().clientId(), run);
        }
        return receipts.accept(round, List.of(update)).get(0);
    }

    /** A client that an earlier process has asked is at work from now on. */
    private void believe(UpdateMetadata metadata) {
        int version = metadata.modelVersion();
        OptionalInt known = run.atWork().version(metadata.clientId());
        if (known.isEmpty() || known.getAsInt() != version) {
            long until = run.now() + run.cohort().deadline().toNanos();
            run.atWork().begin(metadata.clientId(), version, until);
        }
    }

    /** The same update may come again while the first waits, or is on its way to disk. */
    private Optional<CompletableFuture<UpdateReceipt>> twin(Phase phase, SpooledUpdate update) {
        UpdateMetadata metadata = update.metadata();
        Optional<Parked> first =
                phase.current()
                        .filter(round -> run.buffered() || round.number() == metadata.round())
                        .map(round -> round.pending().get(metadata.clientId()))
                        .map(pending -> new Parked(pending.update(), pending.reply()))
                        .or(() -> parking.of(metadata.clientId()));
        if (first.isEmpty()) {
            return Optional.empty();
        }
        if (!content(first.get().update()).equals(content(update))) {
            UpdateReceipt told = Admission.conflicting(metadata.round(), update.bytes());
            tally.count(phase, metadata.round(), metadata.clientId(), told);
            return Optional.of(CompletableFuture.completedFuture(told));
        }
        return Optional.of(
                first.get()
                        .reply()
                        .thenApply(
                                told ->
                                        told.outcome() == Outcome.ACCEPTED
                                                ? Admission.duplicate(update.bytes())
                                                : told));
    }

    /** The run is to stop: nobody waits for what cannot be written. */
    void stop(Phase phase) {
        receipts.stop(phase);
    }

    /** The server stops: whoever waits for a receipt may ask again. */
    void close(Phase phase) {
        parking.close();
        receipts.close(phase);
    }

    private static Content content(SpooledUpdate update) {
        return new Content(update.checksum(), update.bytes());
    }
}
