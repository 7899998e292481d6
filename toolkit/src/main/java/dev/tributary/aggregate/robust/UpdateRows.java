package dev.tributary.aggregate.robust;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

import dev.tributary.device.GradientScope;
import dev.tributary.parameters.FlatParameters;
import dev.tributary.parameters.HostTransfer;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * The updates of a round as the rows of a matrix that is nowhere as a whole: it passes through the
 * device in blocks of columns.
 *
 * <p>Rows are sorted by content. For a rule that {@link RobustRule#remembers}, the aggregate of the
 * round before is the last row. Columns are all elements but counters.
 *
 * <p>Device memory: five times one block in float32, that is 20 MB on a CPU and 320 MB on a GPU,
 * and at least 64 columns; distances take two matrices of rows by rows in float64. Belongs to the
 * thread of its aggregator.
 */
public final class UpdateRows {
    private static final NDIndex ALL = new NDIndex(":");
    private static final int CPU_BLOCK = 1 << 20;
    private static final int GPU_BLOCK = 1 << 24;
    private static final int FEWEST_COLUMNS = 64;

    private final NDManager manager;
    private final List<KeptUpdate> updates;
    private final @Nullable NDArray previous;
    private final long columns;
    private final int blockColumns;

    UpdateRows(
            NDManager manager, List<KeptUpdate> updates, @Nullable NDArray previous, long columns) {
        this.manager = manager;
        this.updates = updates.stream().sorted().toList();
        this.previous = previous;
        this.columns = columns;
        int elements = manager.getDevice().isGpu() ? GPU_BLOCK : CPU_BLOCK;
        this.blockColumns = Math.max(FEWEST_COLUMNS, elements / Math.max(1, rows()));
    }

    /** The number of updates: those are the first rows. */
    public int updates() {
        return updates.size();
    }

    /** The number of rows: the updates, and the aggregate of the round before if there is one. */
    public int rows() {
        return updates.size() + (previous == null ? 0 : 1);
    }

    /** The weight of an update, usually its example count. */
    public double weight(int row) {
        return updates.get(row).weight();
    }

    /**
     * Squared Euclidean distances between all rows: one pass over the updates, and {@code O(rows^2
     * * columns)} of work, in products of matrices.
     *
     * <p>They are {@code |a|^2 + |b|^2 - 2 a b}, multiplied and added in float64, and off by at
     * most {@code 1e-14 * (|a|^2 + |b|^2)}: a distance of a thousandth of the rows' length is known
     * to eight digits. What a row is off by does not depend on the others, however long they are.
     *
     * @return {@code [rows()][rows()]}, symmetric, 0 on its diagonal
     */
    public double[][] squaredDistances() {
        int rows = rows();
        try (NDManager scope = manager.newSubManager()) {
            NDArray products = scope.zeros(new Shape(rows, rows), DataType.FLOAT64);
            eachBlock(
                    (wide, length) -> {
                        NDArray matrix = wide.reshape(rows, length);
                        products.addi(matrix.matMul(matrix.transpose()));
                    });
            return distances(products.reshape((long) rows * rows), rows);
        }
    }

    private static double[][] distances(NDArray products, int rows) {
        double[][] distances = new double[rows][rows];
        double[] lengths = new double[rows];
        for (int i = 0; i < rows; i++) {
            try (NDArray row = Rows.row(products, i, rows)) {
                double[] with = row.toDoubleArray();
                lengths[i] = with[i];
                for (int j = 0; j < i; j++) {
                    distances[i][j] = Math.max(0, lengths[i] + lengths[j] - 2 * with[j]);
                    distances[j][i] = distances[i][j];
                }
            }
        }
        return distances;
    }

    /**
     * Squared Euclidean distances of all rows to {@code sum(mix[i] * row[i])}: one pass over the
     * updates.
     *
     * @param mix {@code [rows()]}
     * @return {@code [rows()]}
     */
    public double[] squaredDistancesTo(double[] mix) {
        double[] distances = new double[rows()];
        eachBlock(
                (wide, length) -> {
                    try (NDArray centre = Rows.mix(wide, mix, length)) {
                        double[] parts = squaredDistances(wide, length, centre);
                        for (int i = 0; i < parts.length; i++) {
                            distances[i] += parts[i];
                        }
                    }
                });
        return distances;
    }

    /** Makes a range of the aggregate, block by block. */
    void combine(RobustRule.Combination combination, long from, NDArray target) {
        for (long at = 0; at < target.size(); at += blockColumns) {
            int length = (int) Math.min(blockColumns, target.size() - at);
            try (NDManager scope = manager.newSubManager();
                    NDArray part = FlatParameters.slice(target, at, at + length)) {
                NDArray block = read(combination.rows(), from + at, length, scope);
                combination.combine(block, part);
            }
        }
    }

    /** The largest value of each element of a range, over the updates. */
    void maximum(long from, NDArray target) {
        int length = Math.toIntExact(target.size());
        int[] all = new int[updates.size()];
        for (int i = 0; i < all.length; i++) {
            all[i] = i;
        }
        try (NDManager scope = manager.newSubManager()) {
            NDArray matrix = read(all, from, length, scope).reshape(all.length, length);
            target.set(ALL, matrix.max(new int[] {0}));
        }
    }

    /** Of all rows to a point. */
    private static double[] squaredDistances(NDArray wide, int length, NDArray point) {
        try (NDManager scope = wide.getManager().newSubManager();
                NDArray matrix = wide.reshape(wide.size() / length, length)) {
            NDArray differences = matrix.sub(point);
            differences.attach(scope);
            differences.muli(differences);
            // On the host: from a GPU this makes copies, which die with the scope.
            return differences.sum(new int[] {1}).toDoubleArray();
        }
    }

    private interface BlockWork {
        void on(NDArray wide, int length);
    }

    /** All columns, in blocks whose borders depend on the number of rows alone. */
    private void eachBlock(BlockWork work) {
        int[] all = new int[rows()];
        for (int i = 0; i < all.length; i++) {
            all[i] = i;
        }
        try (GradientScope off = GradientScope.off()) {
            for (long from = 0; from < columns; from += blockColumns) {
                int length = (int) Math.min(blockColumns, columns - from);
                try (NDManager scope = manager.newSubManager()) {
                    NDArray block = read(all, from, length, scope);
                    work.on(block.toType(DataType.FLOAT64, false), length);
                }
            }
        }
    }

    private NDArray read(int[] rows, long from, int length, NDManager scope) {
        NDArray block = scope.zeros(new Shape((long) rows.length * length), DataType.FLOAT32);
        for (int i = 0; i < rows.length; i++) {
            try (NDArray row = Rows.row(block, i, length)) {
                read(rows[i], from, row);
            } catch (IOException e) {
                throw new UncheckedIOException(
                        "an update that was kept cannot be read: " + e.getMessage(), e);
            }
        }
        return block;
    }

    private void read(int row, long from, NDArray target) throws IOException {
        if (row < updates.size() || previous == null) {
            HostTransfer.toDevice(updates.get(row).vector().from(from, target.size()), target);
            return;
        }
        try (NDArray source = FlatParameters.slice(previous, from, from + target.size())) {
            target.set(ALL, source);
        }
    }
}
