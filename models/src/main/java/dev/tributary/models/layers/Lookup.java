package dev.tributary.models.layers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Parameter;
import ai.djl.nn.core.Embedding;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;

/**
 * A table of learned vectors, looked up by number.
 *
 * <p>In: numbers {@code [...]} of any type, as data sets have no integers; out: float32 {@code
 * [..., size]}. A number outside of the table counts as the nearest inside: on a GPU, a look-up
 * outside would end the process's CUDA context, and data may come from anywhere.
 */
public final class Lookup extends AbstractBlock {
    private final long rows;
    private final long size;
    private final Parameter table;

    /**
     * The layer.
     *
     * @param rows how many vectors, at least 1
     * @param size their size, at least 1
     */
    public Lookup(long rows, long size) {
        this.rows = rows;
        this.size = size;
        this.table =
                addParameter(
                        Parameter.builder()
                                .setName("table")
                                .setType(Parameter.Type.WEIGHT)
                                .build());
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
        NDArray index = numbers.clip(0, rows - 1).toType(DataType.INT64, false);
        NDArray values = parameterStore.getValue(table, numbers.getDevice(), training);
        return Embedding.embedding(index, values, SparseFormat.DENSE);
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
        return new Shape[] {inputShapes[0].add(size)};
    }
}
