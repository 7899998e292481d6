package dev.tributary.protocol;

/**
 * How far a client is; sent now and then while it works, at most once a second. Never needed, but
 * one that says {@link ClientPhase#FAILED} spares the round the wait for this client.
 *
 * @param runId the run
 * @param round the round
 * @param phase what it is doing
 * @param fraction how much of that is done, in [0, 1]
 * @param loss the mean training loss so far; 0 before there is one
 */
public record ClientProgress(
        String runId, int round, ClientPhase phase, double fraction, double loss) {}
