package dev.tributary.agent;

import dev.tributary.agent.state.ClientState;
import dev.tributary.agent.state.StoredUpdate;
import dev.tributary.agent.state.UpdateRecord;
import dev.tributary.cli.Format;
import dev.tributary.protocol.ErrorCode;
import dev.tributary.protocol.Outcome;
import dev.tributary.protocol.RoundTask;
import dev.tributary.protocol.UpdateReceipt;
import dev.tributary.wire.TensorBody;

import java.io.IOException;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Where an update is kept before it is sent, and until it is of no use any more. One thread.
 *
 * <p>It stays after its receipt too, until the server asks for something else: a server that lost
 * it in a crash asks for the same again. It goes at once if the server found its content wanting.
 */
final class UpdateDesk {
    /** The server does not want it now; nothing is wrong with it. */
    private static final Set<ErrorCode> UNTIMELY =
            EnumSet.of(ErrorCode.WRONG_ROUND, ErrorCode.NOT_SELECTED, ErrorCode.LATE);

    private final Connection connection;
    private final ClientState state;
    private final Tally tally;
    private final Timing timing;

    UpdateDesk(Connection connection, ClientState state, Tally tally, Timing timing) {
        this.connection = connection;
        this.state = state;
        this.tally = tally;
        this.timing = timing;
    }

    /**
     * Sends what was trained for a task before, if there is such an update.
     *
     * @return whether there was
     */
    boolean sendAgain(RoundTask task) {
        Optional<StoredUpdate> stored = state.update(task);
        if (stored.isEmpty()) {
            return false;
        }
        long start = timing.nanos();
        tally.say(tally.inRound(task, "trained before; the update that was kept is sent"));
        UpdateRecord record = stored.get().record();
        send(task, stored.get().body(), record, () -> seconds(start));
        return true;
    }

    /** Keeps a fresh update, then sends it. */
    void send(RoundTask task, TensorBody body, long exampleCount, double loss, long start) {
        UpdateRecord record = UpdateRecord.of(task, body, exampleCount, loss);
        boolean kept = keep(record, body);
        try {
            send(task, body, record, () -> seconds(start));
        } catch (AgentStoppedException e) {
            if (kept) {
                tally.say(tally.inRound(task, "stopped; the update is kept for the next start"));
            }
            throw e;
        }
    }

    private boolean keep(UpdateRecord record, TensorBody body) {
        try {
            return state.keepUpdate(record, body);
        } catch (IOException e) {
            tally.say(
                    tally.inRound(
                            record.task(),
                            "the update is sent, but cannot be kept: " + e.getMessage()));
            return false;
        }
    }

    private void send(
            RoundTask task, TensorBody body, UpdateRecord record, Supplier<String> duration) {
        UpdateReceipt receipt = connection.asKnown(server -> server.putUpdate(task, body));
        ErrorCode code = receipt.code();
        boolean untimely = code != null && UNTIMELY.contains(code);
        if (receipt.outcome() == Outcome.REJECTED && !untimely) {
            state.dropUpdate(task.runId());
        }
        if (tally.taken(receipt, "the update was", task)) {
            tally.updateAccepted(task.runId());
            tally.say(
                    tally.inRound(
                            task,
                            "loss %s on %d examples, %s up, %s"
                                    .formatted(
                                            Format.metric(record.loss()),
                                            record.exampleCount(),
                                            Format.bytes(body.bytes()),
                                            duration.get())));
        }
    }

    private String seconds(long start) {
        return Format.duration((timing.nanos() - start) / 1e9);
    }
}
