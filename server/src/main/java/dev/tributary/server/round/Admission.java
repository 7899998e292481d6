package dev.tributary.server.round;

import dev.tributary.protocol.ErrorCode;
import dev.tributary.protocol.Outcome;
import dev.tributary.protocol.UpdateReceipt;
import dev.tributary.server.aggregation.Spool.Content;
import dev.tributary.server.aggregation.SpooledUpdate;
import dev.tributary.server.cohort.Client;
import dev.tributary.wire.UpdateMetadata;

import java.util.Optional;

/**
 * Which updates a round wants: what it says of an update, and why, changes nothing. Belongs to the
 * coordinator's thread.
 */
final class Admission {
    private final Run run;

    Admission(Run run) {
        this.run = run;
    }

    /** Whether an update of the client counts in the round. */
    boolean accepted(int round, String clientId) {
        return round >= 1
                && run.clients()
                        .find(clientId)
                        .filter(client -> client.acceptedRound() == round)
                        .isPresent();
    }

    /**
     * Whether an update may come, before or after its body is read; empty if it may.
     *
     * @param bytes how many have come
     */
    Optional<UpdateReceipt> turnAway(
            Phase phase, int round, String clientId, Content content, long bytes) {
        Optional<Client> client = run.clients().find(clientId);
        if (client.isEmpty()) {
            return rejected(ErrorCode.UNKNOWN_CLIENT, "client is not registered", bytes);
        }
        if (round >= 1 && client.get().acceptedRound() == round) {
            return client.get().isAccepted(content.checksum(), content.bytes())
                    ? Optional.of(duplicate(bytes))
                    : Optional.of(conflicting(round, bytes));
        }
        if (round < 1 || round > phase.round()) {
            return rejected(
                    ErrorCode.WRONG_ROUND,
                    "expected round %d, found %d".formatted(phase.round(), round),
                    bytes);
        }
        if (round < phase.round()) {
            return Optional.of(
                    late(
                            "round %d is over; round %d is open".formatted(round, phase.round()),
                            bytes));
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
        return Optional.of(
                late("round %d does not collect updates now".formatted(phase.round()), bytes));
    }

    /** Whether an update that is whole cannot count; empty if it can. */
    Optional<UpdateReceipt> unfit(Phase phase, SpooledUpdate update) {
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
        if (!run.model().fits(update.magnitude(), weight(metadata), run.cohort().size())) {
            return rejected(
                    ErrorCode.OUT_OF_RANGE,
                    "values up to %s with weight %s do not fit a round of %d updates"
                            .formatted(update.magnitude(), weight(metadata), run.cohort().size()),
                    update.bytes());
        }
        return Optional.empty();
    }

    /** How much an update counts in the mean. */
    double weight(UpdateMetadata metadata) {
        return run.plan().strategy().weighting().of(metadata.exampleCount());
    }

    /** The update counts already. */
    static UpdateReceipt duplicate(long bytes) {
        return new UpdateReceipt(
                Outcome.ACCEPTED, true, ErrorCode.DUPLICATE, "accepted before; counts once", bytes);
    }

    /** Another update counts already. */
    static UpdateReceipt conflicting(int round, long bytes) {
        return new UpdateReceipt(
                Outcome.REJECTED,
                false,
                ErrorCode.CONFLICTING_UPDATE,
                "another update of this client was accepted in round " + round,
                bytes);
    }

    /** Nothing is wrong with the update, and it does not count. */
    static UpdateReceipt late(String message, long bytes) {
        return new UpdateReceipt(Outcome.DISCARDED, false, ErrorCode.LATE, message, bytes);
    }

    private static Optional<UpdateReceipt> rejected(ErrorCode code, String message, long bytes) {
        return Optional.of(new UpdateReceipt(Outcome.REJECTED, false, code, message, bytes));
    }
}
