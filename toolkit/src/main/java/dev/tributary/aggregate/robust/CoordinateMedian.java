package dev.tributary.aggregate.robust;

/**
 * Element by element, the median of the updates; of an even number, the mean of the middle two (Yin
 * et al., "Byzantine-Robust Distributed Learning: Towards Optimal Statistical Rates", 2018).
 *
 * <p>Unweighted: a client cannot buy itself a vote by claiming many examples. Withstands fewer than
 * half. Memory: see {@link UpdateRows}; one pass over the updates.
 */
public record CoordinateMedian() implements RobustRule {

    @Override
    public Combination prepare(UpdateRows updates) {
        return new MiddleMean(updates.updates());
    }
}
