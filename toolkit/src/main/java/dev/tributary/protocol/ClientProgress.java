package dev.tributary.protocol;

import org.jspecify.annotations.Nullable;

/**
 * How far a client is; sent now and then while it works, at most once a second. Never needed, but
 * one that says {@link ClientPhase#FAILED} or {@link ClientPhase#DECLINED} spares the round the
 * wait for this client.
 *
 * @param runId the run
 * @param round the round
 * @param phase what it is doing
 * @param fraction how much of that is done, in [0, 1]
 * @param loss the mean training loss so far; 0 before there is one
 * @param reason why it cannot do the task, for the log; null where it can
 */
public record ClientProgress(
        String runId,
        int round,
        ClientPhase phase,
        double fraction,
        double loss,
        @Nullable String reason) {

    /** One that goes well, or fails without a word. */
    public ClientProgress(
            String runId, int round, ClientPhase phase, double fraction, double loss) {
        this(runId, round, phase, fraction, loss, null);
    }

    /** The client does not serve the run. */
    public static ClientProgress declined(RoundTask task, String reason) {
        return new ClientProgress(task.runId(), task.round(), ClientPhase.DECLINED, 0, 0, reason);
    }
}
