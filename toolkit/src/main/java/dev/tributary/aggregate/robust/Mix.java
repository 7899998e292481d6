package dev.tributary.aggregate.robust;

import ai.djl.ndarray.NDArray;

import java.util.stream.IntStream;

/** {@code sum(mix[i] * row[i])}: what most rules come to. Rows that count nothing are not read. */
final class Mix implements RobustRule.Combination {
    private final int[] rows;
    private final double[] mix;

    Mix(double[] mix) {
        this.rows = IntStream.range(0, mix.length).filter(i -> mix[i] != 0).toArray();
        this.mix = IntStream.of(rows).mapToDouble(i -> mix[i]).toArray();
    }

    /** The plain mean of some rows. */
    static Mix mean(int rows, int... chosen) {
        double[] mix = new double[rows];
        for (int row : chosen) {
            mix[row] = 1.0 / chosen.length;
        }
        return new Mix(mix);
    }

    @Override
    public int[] rows() {
        return rows.clone();
    }

    @Override
    public void combine(NDArray block, NDArray target) {
        try (NDArray sum = Rows.mix(block, mix, target.size())) {
            Rows.round(sum, target);
        }
    }
}
