package dev.tributary.aggregate.robust;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

import dev.tributary.parameters.FlatParameters;

/**
 * Sums over rows of a block, in float64, row by row: what comes out for one column depends neither
 * on the others nor on the engine's way of adding.
 */
final class Rows {
    private static final NDIndex ALL = new NDIndex(":");

    private Rows() {}

    /** A view of one row of a flat block. */
    static NDArray row(NDArray block, int index, long length) {
        return FlatParameters.slice(block, index * length, (index + 1) * length);
    }

    /** A view of rows {@code [first, end)}, {@code [end - first, length]}. */
    static NDArray matrix(NDArray block, int first, int end, long length) {
        try (NDArray rows = FlatParameters.slice(block, first * length, end * length)) {
            return rows.reshape(end - first, length);
        }
    }

    /** {@code sum(mix[i] * row[i])} as float64 {@code [length]}, owned by the block's manager. */
    static NDArray mix(NDArray block, double[] mix, long length) {
        NDManager scope = block.getManager();
        NDArray sum = scope.zeros(new Shape(length), DataType.FLOAT64);
        try (NDArray addend = scope.zeros(new Shape(length), DataType.FLOAT64);
                NDManager scalars = scope.newSubManager(Device.cpu())) {
            for (int i = 0; i < mix.length; i++) {
                if (mix[i] != 0) {
                    try (NDArray row = row(block, i, length)) {
                        addend.set(ALL, row);
                    }
                    addend.muli(scalars.create(mix[i]));
                    sum.addi(addend);
                }
            }
        }
        return sum;
    }

    /** The sum of rows {@code [first, end)} as float64, owned by the block's manager. */
    static NDArray sum(NDArray block, int first, int end, long length) {
        NDArray sum = block.getManager().zeros(new Shape(length), DataType.FLOAT64);
        for (int i = first; i < end; i++) {
            try (NDArray row = row(block, i, length)) {
                sum.addi(row);
            }
        }
        return sum;
    }

    /** The mean of rows {@code [first, end)} as float64, owned by the block's manager. */
    static NDArray mean(NDArray block, int first, int end, long length) {
        NDArray sum = sum(block, first, end, length);
        divide(sum, end - first);
        return sum;
    }

    /** Makes a mean of a sum, in place. */
    static void divide(NDArray sum, int count) {
        try (NDManager scalars = sum.getManager().newSubManager(Device.cpu())) {
            sum.divi(scalars.create((double) count));
        }
    }

    /** Each column sorted, as a flat block, owned by the block's manager. */
    static NDArray sorted(NDArray block, int rows, long length) {
        try (NDArray matrix = block.reshape(rows, length);
                NDArray sorted = matrix.sort(0)) {
            return sorted.reshape(rows * length);
        }
    }

    /** Writes float64 into float32, rounded once. */
    static void round(NDArray wide, NDArray target) {
        target.set(ALL, wide);
    }
}
