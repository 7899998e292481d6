package dev.tributary.server.round;

import dev.tributary.protocol.ClientPhase;
import dev.tributary.protocol.ErrorCode;
import dev.tributary.protocol.Outcome;
import dev.tributary.protocol.RunEvent.Level;
import dev.tributary.protocol.UpdateReceipt;
import dev.tributary.server.aggregation.SpooledUpdate;
import dev.tributary.server.database.DatabaseException;
import dev.tributary.server.database.Receipt;
import dev.tributary.server.round.Round.Pending;
import dev.tributary.wire.UpdateMetadata;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Writes the receipts of updates that fit; when these are on disk the updates count and are folded,
 * and their senders are told. Belongs to the coordinator's thread.
 */
final class ReceiptDesk {
    private final Run run;
    private final Admission admission;
    private final Tally tally;

    /** Whether the run's events have it that a receipt was not written. */
    private boolean told;

    /** While receipts wait to be written. */
    private final DiskPause pause = new DiskPause();

    ReceiptDesk(Run run, Admission admission, Tally tally) {
        this.run = run;
        this.admission = admission;
        this.tally = tally;
    }

    /**
     * Keeps places in the aggregation's queue.
     *
     * @throws RefusedException if there are not so many, or no receipt could be written; nothing
     *     has changed then
     */
    void reserve(int count) {
        requireLedger();
        told = false;
        for (int i = 0; i < count; i++) {
            if (!run.model().reserve()) {
                for (int taken = 0; taken < i; taken++) {
                    run.model().cancel();
                }
                throw new RefusedException(ErrorCode.BUSY, "too many updates wait to be folded");
            }
        }
    }

    /**
     * Nothing can come of an update while this throws.
     *
     * @throws RefusedException if no receipt could be written
     */
    void requireLedger() {
        if (run.ledger().obstacle().isPresent()) {
            throw new RefusedException(ErrorCode.BUSY, "receipts cannot be written now");
        }
    }

    /**
     * Updates that have places are to count; the answers complete when that is on disk.
     *
     * <p>What came together is written together, so that a crash leaves all of it or nothing.
     */
    List<CompletableFuture<UpdateReceipt>> accept(Round round, List<SpooledUpdate> updates) {
        List<Receipt> receipts = updates.stream().map(update -> receipt(round, update)).toList();
        CompletableFuture<Void> acceptance = run.watch(run.ledger().accept(receipts));
        List<CompletableFuture<UpdateReceipt>> replies = new ArrayList<>();
        for (int i = 0; i < updates.size(); i++) {
            SpooledUpdate update = updates.get(i);
            CompletableFuture<UpdateReceipt> reply = new CompletableFuture<>();
            round.pending()
                    .put(
                            update.metadata().clientId(),
                            new Pending(update, receipts.get(i), acceptance, reply));
            replies.add(reply);
        }
        return replies;
    }

    private Receipt receipt(Round round, SpooledUpdate update) {
        UpdateMetadata metadata = update.metadata();
        return new Receipt(
                run.plan().runId(),
                round.number(),
                round.attempt(),
                metadata.clientId(),
                update.checksum(),
                update.bytes(),
                update.file().name(),
                metadata.exampleCount(),
                admission.weight(metadata),
                metadata.trainLoss());
    }

    /** Counts, folds and answers what has come to disk. */
    void settle(Phase phase) {
        Round round = phase.current().orElse(null);
        if (round == null || round.pending().isEmpty()) {
            return;
        }
        List<Pending> done =
                round.pending().values().stream()
                        .filter(pending -> pending.acceptance().isDone())
                        .toList();
        for (Pending pending : done) {
            round.pending().remove(pending.update().metadata().clientId());
            settle(phase, round, pending);
        }
        tellOfPause(round);
    }

    private void tellOfPause(Round round) {
        Optional<String> obstacle = run.ledger().obstacle();
        if (round.pending().isEmpty()) {
            pause.end(run);
        } else if (obstacle.isPresent()) {
            boolean unused = pause.over(run, obstacle.get());
        }
    }

    private void settle(Phase phase, Round round, Pending pending) {
        SpooledUpdate update = pending.update();
        Optional<RefusedException> failure = notWritten(pending.acceptance());
        if (failure.isPresent()) {
            refuse(pending, failure.get());
            tell(failure.get());
            return;
        }
        UpdateMetadata metadata = update.metadata();
        round.accept(pending.receipt(), run.secondsSince(round.figures().startNanos()));
        run.atWork().end(metadata.clientId());
        run.clients()
                .find(metadata.clientId())
                .ifPresent(
                        client -> {
                            client.acceptedIn(metadata.round(), update.checksum(), update.bytes());
                            client.enter(ClientPhase.DONE);
                            client.trained(metadata.trainLoss());
                        });
        run.model().fold(update);
        UpdateReceipt receipt =
                new UpdateReceipt(Outcome.ACCEPTED, false, null, "accepted", update.received());
        tally.count(phase, metadata.round(), metadata.clientId(), receipt);
        pending.reply().complete(receipt);
    }

    private void tell(RefusedException failure) {
        if (!told) {
            told = true;
            run.event(Level.ERROR, String.valueOf(failure.getMessage()));
        }
    }

    private static Optional<RefusedException> notWritten(CompletableFuture<Void> acceptance) {
        return Failed.causeOf(acceptance)
                .map(
                        cause ->
                                new RefusedException(
                                        acceptance.handle((done, failure) -> code(failure)).join(),
                                        "the receipt cannot be written: " + cause));
    }

    private static ErrorCode code(Throwable failure) {
        return failure instanceof DatabaseException database ? database.code() : ErrorCode.INTERNAL;
    }

    /** The run is to stop: it waits for receipts, but not for a disk that does not take them. */
    void stop(Phase phase) {
        if (run.ledger().obstacle().isPresent()) {
            abandon(phase, "the run is stopping, and receipts cannot be written");
        }
    }

    /** The server stops: whoever waits for a receipt may ask again. */
    void close(Phase phase) {
        abandon(phase, "the server is stopping");
    }

    private void abandon(Phase phase, String why) {
        Round round = phase.current().orElse(null);
        if (round == null) {
            return;
        }
        List<Pending> waiting = List.copyOf(round.pending().values());
        round.pending().clear();
        for (Pending pending : waiting) {
            // The receipt may be on disk, and then it names this file.
            pending.update().file().abandon();
            refuse(pending, new RefusedException(ErrorCode.STOPPING, why));
        }
    }

    private void refuse(Pending pending, RefusedException why) {
        run.model().cancel();
        run.atWork()
                .waitAgain(
                        pending.update().metadata().clientId(),
                        run.now() + run.cohort().deadline().toNanos());
        pending.reply().completeExceptionally(why);
    }
}
