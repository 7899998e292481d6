package dev.tributary.server.round;

import dev.tributary.protocol.ClientPhase;
import dev.tributary.protocol.ErrorCode;
import dev.tributary.protocol.Outcome;
import dev.tributary.protocol.UpdateReceipt;
import dev.tributary.server.aggregation.SpooledUpdate;
import dev.tributary.server.cohort.Client;
import dev.tributary.wire.UpdateMetadata;

import java.util.Optional;

/**
 * Decides how updates end. Belongs to the coordinator's thread.
 *
 * <p>Order of effects: an update is known to fit and is in the aggregation's queue before it counts
 * in the round, so whatever counts is folded or the round fails.
 */
final class UpdateDesk {
    private final Run run;

    UpdateDesk(Run run) {
        this.run = run;
    }

    /**
     * Whether an update may come, before its body is read.
     *
     * @return empty if it may; else how it ended, counted
     */
    Optional<UpdateReceipt> knock(Phase phase, int round, String clientId) {
        Optional<UpdateReceipt> turnedAway = turnAway(phase, round, clientId, 0);
        turnedAway.ifPresent(receipt -> count(phase, round, clientId, receipt));
        return turnedAway;
    }

    /**
     * An update that is whole and checked.
     *
     * @throws RefusedException if the aggregation is too busy to take it; nothing has changed then
     */
    UpdateReceipt offer(Phase phase, SpooledUpdate update) {
        UpdateMetadata metadata = update.metadata();
        Optional<UpdateReceipt> refusal =
                turnAway(phase, metadata.round(), metadata.clientId(), update.bytes())
                        .or(() -> unfit(phase, update));
        UpdateReceipt receipt = refusal.orElseGet(() -> accept(phase, update));
        count(phase, metadata.round(), metadata.clientId(), receipt);
        return receipt;
    }

    /** An update whose body was wrong. */
    UpdateReceipt reject(Phase phase, int round, String clientId, UpdateReceipt receipt) {
        // Whoever has no business here learns that, and not what is wrong with the body.
        UpdateReceipt told = turnAway(phase, round, clientId, receipt.bytes()).orElse(receipt);
        count(phase, round, clientId, told);
        return told;
    }

    private Optional<UpdateReceipt> turnAway(Phase phase, int round, String clientId, long bytes) {
        Optional<Client> client = run.clients().find(clientId);
        if (client.isEmpty()) {
            return rejected(ErrorCode.UNKNOWN_CLIENT, "client is not registered", bytes);
        }
        if (round >= 1 && client.get().acceptedRound() == round) {
            return Optional.of(
                    new UpdateReceipt(
                            Outcome.ACCEPTED,
                            true,
                            ErrorCode.DUPLICATE,
                            "accepted before; counts once",
                            bytes));
        }
        if (round < 1 || round > phase.round()) {
            return rejected(
                    ErrorCode.WRONG_ROUND,
                    "expected round %d, found %d".formatted(phase.round(), round),
                    bytes);
        }
        if (round < phase.round()) {
            return late(
                    "round %d is over; round %d is open".formatted(round, phase.round()), bytes);
        }
        return notOpen(phase, clientId, bytes);
    }

    private Optional<UpdateReceipt> notOpen(Phase phase, String clientId, long bytes) {
        Optional<Round> round = phase.current();
        if (round.isPresent() && !round.get().selected().contains(clientId)) {
            return rejected(
                    ErrorCode.NOT_SELECTED,
                    "client was not selected for round " + phase.round(),
                    bytes);
        }
        if (phase.collects() && round.isPresent() && !round.get().full()) {
            return Optional.empty();
        }
        return late("round %d does not collect updates now".formatted(phase.round()), bytes);
    }

    private Optional<UpdateReceipt> unfit(Phase phase, SpooledUpdate update) {
        UpdateMetadata metadata = update.metadata();
        long registered = phase.current().map(r -> r.exampleCount(metadata.clientId())).orElse(0L);
        if (metadata.exampleCount() > registered) {
            return rejected(
                    ErrorCode.BAD_WEIGHT,
                    "example_count: expected at most %d as registered, found %d"
                            .formatted(registered, metadata.exampleCount()),
                    update.bytes());
        }
        if (metadata.modelVersion() != run.modelVersion()) {
            return rejected(
                    ErrorCode.WRONG_ROUND,
                    "model_version: expected %d, found %d"
                            .formatted(run.modelVersion(), metadata.modelVersion()),
                    update.bytes());
        }
        if (!run.model().fits(update.magnitude(), update.weight(), run.cohort().size())) {
            return rejected(
                    ErrorCode.OUT_OF_RANGE,
                    "values up to %s with weight %d do not fit a round of %d updates"
                            .formatted(
                                    update.magnitude(),
                                    metadata.exampleCount(),
                                    run.cohort().size()),
                    update.bytes());
        }
        return Optional.empty();
    }

    private UpdateReceipt accept(Phase phase, SpooledUpdate update) {
        if (!run.model().fold(update)) {
            throw new RefusedException(ErrorCode.BUSY, "too many updates wait to be folded");
        }
        UpdateMetadata metadata = update.metadata();
        Round round = phase.current().orElseThrow();
        round.accept(metadata.clientId(), metadata.exampleCount(), metadata.trainLoss());
        Client client = run.clients().find(metadata.clientId()).orElseThrow();
        client.acceptedIn(metadata.round());
        client.enter(ClientPhase.DONE);
        client.trained(metadata.trainLoss());
        return new UpdateReceipt(Outcome.ACCEPTED, false, null, "accepted", update.bytes());
    }

    private void count(Phase phase, int round, String clientId, UpdateReceipt receipt) {
        run.metrics().updateEnded(receipt.outcome(), receipt.code());
        run.metrics().received(receipt.bytes());
        run.clients().find(clientId).ifPresent(client -> client.received(receipt.bytes()));
        phase.current()
                .filter(current -> current.number() == round)
                .ifPresent(current -> count(current, clientId, receipt));
    }

    private static void count(Round round, String clientId, UpdateReceipt receipt) {
        switch (receipt.outcome()) {
            case ACCEPTED -> {
                // The round counted it when it took it; a duplicate counts once.
            }
            case REJECTED -> {
                ErrorCode code = receipt.code();
                round.reject(clientId, code == null ? ErrorCode.BAD_REQUEST : code);
            }
            case DISCARDED -> round.discard();
        }
    }

    private static Optional<UpdateReceipt> rejected(ErrorCode code, String message, long bytes) {
        return Optional.of(new UpdateReceipt(Outcome.REJECTED, false, code, message, bytes));
    }

    private static Optional<UpdateReceipt> late(String message, long bytes) {
        return Optional.of(
                new UpdateReceipt(Outcome.DISCARDED, false, ErrorCode.LATE, message, bytes));
    }
}
