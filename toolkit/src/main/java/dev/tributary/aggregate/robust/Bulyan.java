package dev.tributary.aggregate.robust;

import ai.djl.ndarray.NDArray;

import dev.tributary.aggregate.UpdateMinimum;

import java.util.Arrays;

/**
 * Chooses {@code n - 2f} updates by {@link Krum}, one after the other; then, element by element,
 * the mean of the {@code n - 4f} of their values that are nearest to their median (El Mhamdi,
 * Guerraoui and Rouault, "The Hidden Vulnerability of Distributed Learning in Byzantium", 2018).
 *
 * <p>Unweighted; needs {@code n >= 4f + 3}. Memory: see {@link UpdateRows}; {@code O(n^2)}
 * distances, one pass over the updates for them, and one over the chosen.
 *
 * @param byzantine how many updates of a round may be malicious, f
 */
public record Bulyan(int byzantine) implements RobustRule {

    /** Checks the number. */
    public Bulyan {
        Krum.requireCount(byzantine);
    }

    @Override
    public UpdateMinimum minimum() {
        return UpdateMinimum.of("Bulyan", 4, byzantine, 3);
    }

    @Override
    public Combination prepare(UpdateRows updates) {
        KrumScores scores = new KrumScores(updates.squaredDistances(), byzantine);
        int[] chosen = scores.chosenOneByOne(updates.updates() - 2 * byzantine);
        Arrays.sort(chosen);
        return new NearMedian(chosen, chosen.length - 2 * byzantine);
    }

    /** The mean of some values of each element: those nearest to the median of all. */
    private static final class NearMedian implements Combination {
        private final int[] chosen;
        private final int count;

        NearMedian(int[] chosen, int count) {
            this.chosen = chosen;
            this.count = count;
        }

        @Override
        public int[] rows() {
            return chosen.clone();
        }

        /**
         * Sorted values nearest to their median lie side by side: such a window moves up as long as
         * the next value is nearer than its lowest. Above what is nearer no value is farther, so
         * one comparison of each row with that {@code count} rows above tells which rows are in the
         * window, and what is in is added once, however far the window may move.
         */
        @Override
        public void combine(NDArray block, NDArray target) {
            long length = target.size();
            int rows = chosen.length;
            int middle = (rows - 1) / 2;
            NDArray sorted = Rows.sorted(block, rows, length);
            try (NDArray median = Rows.mean(sorted, middle, rows - middle, length);
                    NDArray low = Rows.matrix(sorted, 0, rows - count, length);
                    NDArray high = Rows.matrix(sorted, count, rows, length);
                    NDArray leaves = leaves(low, high, median);
                    NDArray stays = leaves.logicalNot()) {
                // Values are finite: what is out adds zero.
                low.muli(stays);
                high.muli(leaves);
            }
            try (NDArray mean = Rows.sum(sorted, 0, rows, length)) {
                Rows.divide(mean, count);
                Rows.round(mean, target);
            }
        }

        /** Whether the value {@code count} rows above is nearer, {@code [rows - count, length]}. */
        private static NDArray leaves(NDArray low, NDArray high, NDArray median) {
            try (NDArray below = low.sub(median);
                    NDArray above = high.sub(median)) {
                below.negi();
                return above.lt(below);
            }
        }
    }
}
