package dev.tributary.server.round;

import java.util.Set;

/**
 * What any thread may know of the round without asking the coordinator; a moment old.
 *
 * @param round the round, from 1; 0 before the first
 * @param collects whether updates are accepted
 * @param selected the clients of the round
 */
public record RoundView(int round, boolean collects, Set<String> selected) {

    /** Whether it is worth reading the body of an update. */
    public boolean expects(int updateRound, String clientId) {
        return collects && updateRound == round && selected.contains(clientId);
    }

    static RoundView of(Phase phase) {
        return new RoundView(
                phase.round(),
                phase.collects(),
                phase.current()
                        .<Set<String>>map(round -> Set.copyOf(round.selected()))
                        .orElse(Set.of()));
    }
}
