package dev.tributary.aggregate.robust;

import ai.djl.ndarray.NDArray;

import java.util.stream.IntStream;

/**
 * Element by element, the mean of the values that are left when the smallest and the largest are
 * gone.
 *
 * @param count how many values there are
 * @param cut how many go at either end, less than half of them
 */
record SortedMean(int count, int cut) implements RobustRule.Combination {

    @Override
    public int[] rows() {
        return IntStream.range(0, count).toArray();
    }

    @Override
    public void combine(NDArray block, NDArray target) {
        try (NDArray sorted = Rows.sorted(block, count, target.size());
                NDArray mean = Rows.mean(sorted, cut, count - cut, target.size())) {
            Rows.round(mean, target);
        }
    }
}
