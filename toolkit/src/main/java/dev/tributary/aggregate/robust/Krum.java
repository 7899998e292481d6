package dev.tributary.aggregate.robust;

import dev.tributary.aggregate.UpdateMinimum;

/**
 * The one update that is nearest to its neighbours: with the smallest sum of squared distances to
 * the {@code n - f - 2} updates next to it (Blanchard et al., "Machine Learning with Adversaries:
 * Byzantine Tolerant Gradient Descent", 2017).
 *
 * <p>Unweighted; needs {@code n >= 2f + 3}. Of updates with equal scores, the first in the order of
 * content. Memory: see {@link UpdateRows}; {@code O(n^2)} distances, one pass over the updates for
 * them, and one over the chosen.
 *
 * @param byzantine how many updates of a round may be malicious, f
 */
public record Krum(int byzantine) implements RobustRule {
    private static final int MOST = 1_000_000;

    /** Checks the number. */
    public Krum {
        requireCount(byzantine);
    }

    @Override
    public UpdateMinimum minimum() {
        return UpdateMinimum.of("Krum", 2, byzantine, 3);
    }

    @Override
    public Combination prepare(UpdateRows updates) {
        KrumScores scores = new KrumScores(updates.squaredDistances(), byzantine);
        return Mix.mean(updates.rows(), scores.ranking()[0]);
    }

    static void requireCount(int byzantine) {
        if (byzantine < 0 || byzantine > MOST) {
            throw new IllegalArgumentException(
                    "malicious updates: expected a number in [0, %d], found %d"
                            .formatted(MOST, byzantine));
        }
    }
}
