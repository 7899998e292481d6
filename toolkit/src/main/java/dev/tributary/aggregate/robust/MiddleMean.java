package dev.tributary.aggregate.robust;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;

import java.util.stream.IntStream;

/**
 * Element by element, the middle value, or the mean of the middle two: found without sorting the
 * others, which takes a quarter of the time.
 *
 * @param count how many values there are
 */
record MiddleMean(int count) implements RobustRule.Combination {

    @Override
    public int[] rows() {
        return IntStream.range(0, count).toArray();
    }

    /** What is in the middle is the largest of the lower half. */
    @Override
    public void combine(NDArray block, NDArray target) {
        long length = target.size();
        int middle = 2 - count % 2;
        try (NDArray matrix = block.reshape(count, length);
                NDList lower = matrix.topK(count / 2 + 1, 0, false, false);
                NDList largest = lower.get(0).topK(middle, 0, true, true);
                NDArray rows = largest.get(0).reshape(middle * length);
                NDArray mean = Rows.mean(rows, 0, middle, length)) {
            Rows.round(mean, target);
        }
    }
}
