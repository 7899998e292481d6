package dev.tributary.server.round;

import dev.tributary.protocol.ClientPhase;
import dev.tributary.protocol.ErrorCode;
import dev.tributary.protocol.Outcome;
import dev.tributary.protocol.UpdateReceipt;
import dev.tributary.server.aggregation.Spool.Content;
import dev.tributary.server.aggregation.SpooledUpdate;
import dev.tributary.server.database.Acceptance;
import dev.tributary.server.database.DatabaseException;
import dev.tributary.server.database.Receipt;
import dev.tributary.server.round.Parking.Parked;
import dev.tributary.server.round.Round.Pending;
import dev.tributary.wire.UpdateMetadata;

import java.util.ArrayList;
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

    private final Parking parking = new Parking();

    UpdateDesk(Run run) {
        this.run = run;
        this.admission = new Admission(run);
    }

    /**
     * Whether an update may come, before its body is read.
     *
     * @return empty if it may; else how it ended, counted
     */
    Optional<UpdateReceipt> knock(Phase phase, int round, String clientId, Content content) {
        Optional<UpdateReceipt> turnedAway = admission.turnAway(phase, round, clientId, content, 0);
        turnedAway.ifPresent(receipt -> count(phase, round, clientId, receipt));
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
        Optional<UpdateReceipt> refusal = refusal(phase, update);
        if (refusal.isEmpty()) {
            return mustWait(phase) ? park(update) : accept(phase, update);
        }
        count(phase, metadata.round(), metadata.clientId(), refusal.get());
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
        reserve(updates.size());
        List<CompletableFuture<UpdateReceipt>> replies = acceptReserved(round, updates);
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

    private void reserve(int count) {
        for (int i = 0; i < count; i++) {
            if (!run.model().reserve()) {
                for (int taken = 0; taken < i; taken++) {
                    run.model().cancel();
                }
                throw new RefusedException(ErrorCode.BUSY, "too many updates wait to be folded");
            }
        }
    }

    /** No client waits for the model to move, but its update may have to. */
    private boolean mustWait(Phase phase) {
        boolean full = phase.current().map(Round::full).orElse(true);
        return run.buffered() && (!phase.collects() || full);
    }

    /** It has its place in the queue already, and nobody waits for its client meanwhile. */
    private CompletableFuture<UpdateReceipt> park(SpooledUpdate update) {
        reserve(1);
        believe(update.metadata());
        run.atWork().deliver(update.metadata().clientId());
        return parking.park(update);
    }

    /** Decides on what waited, where there is room or will be none. */
    private void unpark(Phase phase) {
        boolean over = phase instanceof Finishing || phase instanceof Ended;
        while (!parking.isEmpty() && (over || !mustWait(phase))) {
            Parked first = parking.next();
            first.answer(over ? ended(phase, first.update()) : acceptParked(phase, first.update()));
        }
    }

    private CompletableFuture<UpdateReceipt> ended(Phase phase, SpooledUpdate update) {
        return turnedAway(phase, update, Admission.late("the run is over", update.bytes()));
    }

    private CompletableFuture<UpdateReceipt> acceptParked(Phase phase, SpooledUpdate update) {
        return refusal(phase, update)
                .map(receipt -> turnedAway(phase, update, receipt))
                .orElseGet(() -> acceptReserved(phase, update));
    }

    /** It waited, and does not count: its place is free, and so is its client. */
    private CompletableFuture<UpdateReceipt> turnedAway(
            Phase phase, SpooledUpdate update, UpdateReceipt receipt) {
        UpdateMetadata metadata = update.metadata();
        run.model().cancel();
        run.atWork().end(metadata.clientId());
        count(phase, metadata.round(), metadata.clientId(), receipt);
        return CompletableFuture.completedFuture(receipt);
    }

    /** Counts, folds and answers what has come to disk. */
    void settle(Phase phase) {
        unpark(phase);
        settlePending(phase);
    }

    private void settlePending(Phase phase) {
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
        count(phase, round, clientId, told);
        return told;
    }

    /** Whether an update of the client counts in the round. */
    boolean accepted(int round, String clientId) {
        return admission.accepted(round, clientId);
    }

    private CompletableFuture<UpdateReceipt> accept(Phase phase, SpooledUpdate update) {
        reserve(1);
        return acceptReserved(phase, update);
    }

    private CompletableFuture<UpdateReceipt> acceptReserved(Phase phase, SpooledUpdate update) {
        Round round = phase.current().orElseThrow();
        if (run.buffered()) {
            believe(update.metadata());
            run.atWork().deliver(update.metadata().clientId());
            round.ask(update.metadata().clientId(), run);
        }
        return acceptReserved(round, List.of(update)).get(0);
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

    /** What came together is written together, so that a crash leaves all of it or nothing. */
    private List<CompletableFuture<UpdateReceipt>> acceptReserved(
            Round round, List<SpooledUpdate> updates) {
        List<Receipt> receipts = updates.stream().map(update -> receipt(round, update)).toList();
        List<CompletableFuture<Acceptance>> acceptances = run.ledger().accept(receipts);
        List<CompletableFuture<UpdateReceipt>> replies = new ArrayList<>();
        for (int i = 0; i < updates.size(); i++) {
            SpooledUpdate update = updates.get(i);
            CompletableFuture<UpdateReceipt> reply = new CompletableFuture<>();
            round.pending()
                    .put(
                            update.metadata().clientId(),
                            new Pending(update, acceptances.get(i), reply));
            CompletableFuture<Acceptance> unused = run.watch(acceptances.get(i));
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
            count(phase, metadata.round(), metadata.clientId(), told);
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

    private void settle(Phase phase, Round round, Pending pending) {
        SpooledUpdate update = pending.update();
        Optional<RefusedException> failure = notWritten(pending.acceptance());
        if (failure.isPresent()) {
            run.model().cancel();
            run.atWork()
                    .waitAgain(
                            update.metadata().clientId(),
                            run.now() + run.cohort().deadline().toNanos());
            if (failure.get().code() != ErrorCode.STORAGE_FULL) {
                // The commit may have taken place, and then its row names this file.
                update.file().abandon();
            }
            pending.reply().completeExceptionally(failure.get());
            return;
        }
        UpdateMetadata metadata = update.metadata();
        round.accept(
                metadata.clientId(),
                metadata.exampleCount(),
                metadata.trainLoss(),
                run.secondsSince(round.startNanos()));
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
        count(phase, metadata.round(), metadata.clientId(), receipt);
        pending.reply().complete(receipt);
    }

    private static Optional<RefusedException> notWritten(CompletableFuture<Acceptance> acceptance) {
        Optional<String> cause = Failed.causeOf(acceptance);
        if (cause.isPresent()) {
            ErrorCode code =
                    acceptance
                            .handle(
                                    (done, failure) ->
                                            failure instanceof DatabaseException database
                                                    ? database.code()
                                                    : ErrorCode.INTERNAL)
                            .join();
            return Optional.of(
                    new RefusedException(code, "the receipt cannot be written: " + cause.get()));
        }
        Acceptance end = acceptance.join();
        boolean counts =
                end instanceof Acceptance.Counted
                        // The row of an earlier upload, whose commit seemed to have failed.
                        || (end instanceof Acceptance.Duplicate twin && twin.sameContent());
        return counts
                ? Optional.empty()
                : Optional.of(
                        new RefusedException(
                                ErrorCode.INTERNAL,
                                "the receipt cannot be written: the database says " + end));
    }

    /** The server stops: whoever waits for a receipt may ask again. */
    void close(Phase phase) {
        parking.close();
        phase.current().stream()
                .flatMap(round -> round.pending().values().stream())
                .forEach(
                        pending -> {
                            pending.update().file().abandon();
                            pending.reply()
                                    .completeExceptionally(
                                            new RefusedException(
                                                    ErrorCode.STOPPING, "the server is stopping"));
                        });
    }

    private static Content content(SpooledUpdate update) {
        return new Content(update.checksum(), update.bytes());
    }

    private void count(Phase phase, int round, String clientId, UpdateReceipt receipt) {
        run.metrics().updateEnded(receipt.outcome(), receipt.code());
        run.metrics().received(receipt.bytes());
        run.clients().find(clientId).ifPresent(client -> client.received(receipt.bytes()));
        phase.current()
                .filter(current -> run.buffered() || current.number() == round)
                .ifPresent(current -> count(current, clientId, receipt));
    }

    private void count(Round round, String clientId, UpdateReceipt receipt) {
        switch (receipt.outcome()) {
            case ACCEPTED -> {
                // The round counted it when it took it; a duplicate counts once.
            }
            case REJECTED -> {
                ErrorCode code = receipt.code();
                round.reject(clientId, code == null ? ErrorCode.BAD_REQUEST : code);
                if (round.knows(clientId)) {
                    run.atWork().giveUp(clientId);
                }
            }
            case DISCARDED -> round.discard();
        }
    }
}
