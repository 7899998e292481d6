package dev.tributary.server.round;

import dev.tributary.protocol.ErrorCode;
import dev.tributary.protocol.Outcome;
import dev.tributary.protocol.UpdateReceipt;
import dev.tributary.server.aggregation.Spool.Content;
import dev.tributary.server.aggregation.SpooledUpdate;
import dev.tributary.server.cohort.Client;
import dev.tributary.wire.UpdateMetadata;

import java.util.Optional;
import java.util.OptionalInt;

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
        if (run.buffered()) {
            return turnAwayBuffered(phase, client.get(), round, content, bytes);
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

    /**
     * Whoever trains a version may deliver, however often the model has moved meanwhile. A server
     * that was started again believes a client that it was asked before, once a version.
     */
    private Optional<UpdateReceipt> turnAwayBuffered(
            Phase phase, Client client, int round, Content content, long bytes) {
        if (round >= 1 && client.acceptedRound() == round) {
            return client.isAccepted(content.checksum(), content.bytes())
                    ? Optional.of(duplicate(bytes))
                    : Optional.of(conflicting(round, bytes));
        }
        OptionalInt version = run.atWork().version(client.id());
        if (version.isPresent() && version.getAsInt() + 1 == round) {
            return Optional.empty();
        }
        if (round < 1 || round > run.modelVersion() + 1) {
            return rejected(
                    ErrorCode.WRONG_ROUND,
                    "expected a round up to %d, found %d".formatted(run.modelVersion() + 1, round),
                    bytes);
        }
        boolean old = round < client.acceptedRound();
        if (old || run.atWork().hasTold(client.id())) {
            return Optional.of(
                    late("nobody waits for the client's update of round " + round, bytes));
        }
        boolean counts = phase.current().filter(now -> now.counts(client.id())).isPresent();
        return !counts && run.atWork().mayHaveBegun(client.id(), round - 1)
                ? Optional.empty()
                : rejected(
                        ErrorCode.NOT_SELECTED,
                        "client was not asked for an update of round " + round,
                        bytes);
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
            return run.cyclic() && !round.get().awaits(clientId)
                    ? Optional.of(late("the turn of the client is over", bytes))
                    : Optional.empty();
        }
        return Optional.of(
                late("round %d does not collect updates now".formatted(phase.round()), bytes));
    }

    /** Whether an update that is whole cannot count; empty if it can. */
    Optional<UpdateReceipt> unfit(Phase phase, SpooledUpdate update) {
        UpdateMetadata metadata = update.metadata();
        long registered = registered(phase, metadata.clientId());
        if (metadata.exampleCount() > registered) {
            return rejected(
                    ErrorCode.BAD_WEIGHT,
                    "example_count: expected at most %d as registered, found %d"
                            .formatted(registered, metadata.exampleCount()),
                    update.bytes());
        }
        int trained = run.buffered() ? metadata.round() - 1 : run.modelVersion();
        if (metadata.modelVersion() != trained) {
            return rejected(
                    ErrorCode.WRONG_ROUND,
                    "model_version: expected %d, found %d"
                            .formatted(trained, metadata.modelVersion()),
                    update.bytes());
        }
        if (!run.model().fits(update.magnitude(), weight(metadata), run.roundSize())) {
            return rejected(
                    ErrorCode.OUT_OF_RANGE,
                    "values up to %s with weight %s do not fit a round of %d updates"
                            .formatted(update.magnitude(), weight(metadata), run.roundSize()),
                    update.bytes());
        }
        return Optional.empty();
    }

    /** Who is at work on an old version need not have been asked in this round. */
    private long registered(Phase phase, String clientId) {
        return run.buffered()
                ? run.clients().find(clientId).map(Client::exampleCount).orElse(0L)
                : phase.current().map(round -> round.exampleCount(clientId)).orElse(0L);
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
