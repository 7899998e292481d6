package dev.tributary.server.database;

import java.util.List;

/**
 * An attempt at a round.
 *
 * @param runId the run
 * @param round from 1
 * @param attempt from 1 within the round
 * @param cohort the ids of the clients that are asked, in order
 * @param baseVersion the model version that they train
 */
public record RoundStart(
        String runId, int round, int attempt, List<String> cohort, int baseVersion) {

    /** Checks the ids and copies the list. */
    public RoundStart {
        Texts.id("run", runId, Texts.MAX_RUN_ID);
        Texts.atLeast("round", 1, round);
        Texts.atLeast("attempt", 1, attempt);
        Texts.atLeast("base version", 0, baseVersion);
        cohort = List.copyOf(cohort);
        cohort.forEach(client -> Texts.id("client", client, Texts.MAX_CLIENT_ID));
        Texts.exact("cohort", String.join(" ", cohort), Texts.MAX_CONFIG);
    }

    /** Whether it is the same attempt, in which maybe more clients are asked by now. */
    boolean continues(RoundStart earlier) {
        return runId.equals(earlier.runId)
                && round == earlier.round
                && attempt == earlier.attempt
                && baseVersion == earlier.baseVersion
                && cohort.size() >= earlier.cohort.size()
                && cohort.subList(0, earlier.cohort.size()).equals(earlier.cohort);
    }
}
