package dev.tributary.server.database;

import dev.tributary.protocol.ErrorCode;
import dev.tributary.protocol.Outcome;

/**
 * How often updates of a client were refused in a round.
 *
 * @param runId the run
 * @param round the round
 * @param clientId whose they were
 * @param outcome rejected or discarded
 * @param code why
 * @param times how often so far: a total, so that telling it twice is harmless
 */
public record Refusal(
        String runId, int round, String clientId, Outcome outcome, ErrorCode code, long times) {

    /** Checks that it is one. */
    public Refusal {
        Texts.id("run", runId, Texts.MAX_RUN_ID);
        Texts.id("client", clientId, Texts.MAX_CLIENT_ID);
        Texts.atLeast("times", 1, times);
        if (outcome == Outcome.ACCEPTED) {
            throw new IllegalArgumentException("outcome: expected a refusal, found ACCEPTED");
        }
    }
}
