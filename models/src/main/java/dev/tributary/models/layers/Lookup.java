package dev.tributary.models.layers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Parameter;
import ai.djl.nn.core.Embedding;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;

import dev.tributary.device.Scalars;
import dev.tributary.models.catalog.ModelException;

/**
 * A table of learned vectors, looked up by number.
 *
 * <p>In: numbers {@code [...]} of any type, as data sets have no integers; out: float32 {@code
 * [..., size]}. A number outside of the table counts as the nearest inside, and one that no integer
 * holds, as NaN, as some row: on a GPU, a look-up outside would end the process's CUDA context, and
 * data may come from anywhere.
 */
public final class Lookup extends AbstractBlock {
    /** Up to there, float32 features tell each whole number from the next. */
    private static final long MOST_ROWS = 1 << 24;

    private final long rows;
    private final long size;
    private final Parameter table;

    /**
     * The layer.
     *
     * @param rows how many vectors, 1 to 2^24
     * @param size their size, at least 1
     * @throws ModelException if there are too many
     */
    public Lookup(long rows, long size) {
        this(rows, size, Parameter.Type.WEIGHT);
    }

    private Lookup(long rows, long size, Parameter.Type type) {
        requireRows(rows);
        this.rows = rows;
        this.size = size;
        this.table = addParameter(Parameter.builder().setName("table").setType(type).build());
    }

    /**
     * A layer whose vectors are one number each, which is added to an output: 0 at first, so that
     * rows that no example has say nothing.
     *
     * @param rows how many numbers, 1 to 2^24
     * @throws ModelException if there are too many
     */
    public static Lookup ofBiases(long rows) {
        return new Lookup(rows, 1, Parameter.Type.BIAS);
    }

    /**
     * Refuses a table whose rows features cannot number.
     *
     * @throws ModelException telling how many there may be
     */
    public static void requireRows(long rows) {
        if (rows < 1 || rows > MOST_ROWS) {
            throw new ModelException(
                    "table: expected 1 to %,d rows, which float32 features can tell apart, found %,d"
                            .formatted(MOST_ROWS, rows));
        }
    }

    @Override
    protected void prepare(Shape[] inputShapes) {
        table.setShape(new Shape(rows, size));
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore parameterStore,
            NDList inputs,
            boolean training,
            PairList<String, Object> params) {
        NDArray numbers = inputs.singletonOrThrow();
        NDManager manager = numbers.getManager();
        // In this order: no bound holds NaN, and what integer it becomes is the device's affair.
        NDArray index =
                numbers.toType(DataType.INT64, false)
                        .maximum(Scalars.ofInteger(manager, 0))
                        .minimum(Scalars.ofInteger(manager, rows - 1));
        NDArray values = parameterStore.getValue(table, numbers.getDevice(), training);
        return Embedding.embedding(index, values, SparseFormat.DENSE);
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
        return new Shape[] {inputShapes[0].add(size)};
    }
}
