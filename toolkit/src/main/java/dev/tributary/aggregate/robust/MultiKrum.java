package dev.tributary.aggregate.robust;

import dev.tributary.aggregate.UpdateMinimum;

import java.util.Arrays;

/**
 * The plain mean of the {@code m} updates that {@link Krum} scores best (Blanchard et al., "Machine
 * Learning with Adversaries: Byzantine Tolerant Gradient Descent", 2017); {@code m} is {@code n -
 * f}, or less if so chosen.
 *
 * <p>Unweighted; needs {@code n >= 2f + 3}. Memory: as {@link Krum}.
 *
 * @param byzantine how many updates of a round may be malicious, f
 * @param chosen how many updates to average, at most {@code n - f}; 0 for as many
 */
public record MultiKrum(int byzantine, int chosen) implements RobustRule {

    /** Checks the numbers. */
    public MultiKrum {
        Krum.requireCount(byzantine);
        if (chosen < 0) {
            throw new IllegalArgumentException(
                    "chosen updates: expected at least 0, found " + chosen);
        }
    }

    @Override
    public UpdateMinimum minimum() {
        return UpdateMinimum.of("Multi-Krum", 2, byzantine, 3);
    }

    @Override
    public Combination prepare(UpdateRows updates) {
        int most = updates.updates() - byzantine;
        int count = chosen == 0 ? most : Math.min(chosen, most);
        KrumScores scores = new KrumScores(updates.squaredDistances(), byzantine);
        return Mix.mean(updates.rows(), Arrays.copyOf(scores.ranking(), count));
    }
}
