package dev.tributary.aggregate.robust;

import dev.tributary.aggregate.UpdateMinimum;

/**
 * Element by element, the mean of the updates without the {@code f} smallest and the {@code f}
 * largest values (Yin et al., "Byzantine-Robust Distributed Learning: Towards Optimal Statistical
 * Rates", 2018, where {@code f} is the fraction beta of the updates).
 *
 * <p>Unweighted; needs {@code n >= 2f + 1}. Memory: see {@link UpdateRows}; one pass over the
 * updates.
 *
 * @param byzantine how many updates of a round may be malicious, f
 */
public record TrimmedMean(int byzantine) implements RobustRule {

    /** Checks the number. */
    public TrimmedMean {
        Krum.requireCount(byzantine);
    }

    @Override
    public UpdateMinimum minimum() {
        return UpdateMinimum.of("the trimmed mean", 2, byzantine, 1);
    }

    @Override
    public Combination prepare(UpdateRows updates) {
        return new SortedMean(updates.updates(), byzantine);
    }
}
