package dev.tributary.server.round;

import dev.tributary.protocol.RunEvent.Level;

/**
 * Whether enough clients serve the run for a round to be made.
 *
 * <p>Those that have declined it are not waited for. Without enough others it waits for another
 * client, as it does before its first round. An attempt at a round for which one was asked that
 * declined is none of those that the round has: each declines once. Belongs to the coordinator's
 * thread.
 */
final class Quorum {
    private boolean lost;
    private String refusal = "";
    private int round;
    private int excused;

    /** Looks at who serves the run now, and says once that they are too few. */
    boolean isLost(Run run) {
        boolean before = lost;
        lost = run.clients().serving() < run.cohort().minimum();
        if (lost && !before) {
            run.event(Level.WARNING, need(run));
        }
        return lost;
    }

    /** A client does not serve the run, for a reason that others may have too. */
    void declined(String told) {
        refusal = told;
    }

    /** What the run waits for, and what the last client said that declined. */
    String message(Run run) {
        return refusal.isEmpty() ? need(run) : need(run) + "; " + refusal;
    }

    private static String need(Run run) {
        return "waiting for another client: %d of %d registered serve the run, expected at least %d"
                .formatted(run.clients().serving(), run.clients().size(), run.cohort().minimum());
    }

    /** An attempt at a round ended because somebody declined. */
    void excuse(Round attempt) {
        excused = excused(attempt) + 1;
        round = attempt.number();
    }

    /** The ledger does not know why attempts before a restart ended: none of them counts. */
    void recovered(Round open) {
        excused = open.attempt() - 1;
        round = open.number();
    }

    /** Attempts at this round that do not count. */
    int excused(Round attempt) {
        return attempt.number() == round ? excused : 0;
    }
}
