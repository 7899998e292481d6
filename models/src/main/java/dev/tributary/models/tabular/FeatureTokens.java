package dev.tributary.models.tabular;

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
import dev.tributary.models.layers.Lookup;

import java.util.List;

/**
 * A vector for each feature: for a category the one that was learned for it, for a number a learned
 * direction times the number, and for both a learned shift (Gorishniy et al., 2021).
 *
 * <p>In: float32 {@code [batch, features]}; out: float32 {@code [batch, features, size]}. All
 * vectors lie in one table, so that there is one look-up, whatever the number of columns. A
 * category that is not in the table counts as the nearest that is, and one that no integer holds,
 * as NaN, as some of its feature.
 */
final class FeatureTokens extends AbstractBlock {
    private final int size;
    private final int rows;
    private final int features;

    /**
     * Four rows, a column for each feature: whether it is a category, whether it is a number, its
     * last category, its first row of the table.
     */
    private final float[] columns;

    private final Parameter table;
    private final Parameter shift;

    /**
     * @param cardinalities for each feature how many categories it has; 0 for a number
     * @param size of a feature's vector
     */
    FeatureTokens(List<Integer> cardinalities, int size) {
        this.size = size;
        this.features = cardinalities.size();
        this.columns = new float[4 * features];
        long next = 0;
        for (int i = 0; i < features; i++) {
            int cardinality = cardinalities.get(i);
            columns[i] = cardinality > 0 ? 1 : 0;
            columns[features + i] = 1 - columns[i];
            columns[2 * features + i] = Math.max(0, cardinality - 1);
            columns[3 * features + i] = next;
            next += Math.max(1, cardinality);
        }
        Lookup.requireRows(next);
        this.rows = (int) next;
        this.table =
                addParameter(
                        Parameter.builder()
                                .setName("table")
                                .setType(Parameter.Type.WEIGHT)
                                .build());
        this.shift =
                addParameter(
                        Parameter.builder().setName("shift").setType(Parameter.Type.BIAS).build());
    }

    @Override
    protected void prepare(Shape[] inputShapes) {
        table.setShape(new Shape(rows, size));
        shift.setShape(new Shape(features, size));
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore parameterStore,
            NDList inputs,
            boolean training,
            PairList<String, Object> params) {
        NDArray values = inputs.singletonOrThrow();
        NDManager manager = values.getManager();
        // One copy to a GPU; rows of a table are few enough to be exact as float32.
        NDArray constants = manager.create(columns, new Shape(4, features));
        NDArray bounds = constants.toType(DataType.INT64, false);
        // Integers first: no bound holds NaN. A number's last category is 0, as is its row.
        NDArray index =
                values.toType(DataType.INT64, false)
                        .maximum(Scalars.ofInteger(manager, 0))
                        .minimum(bounds.get(2))
                        .add(bounds.get(3));
        // 1 for a category, the number itself for a number.
        NDArray factor = values.mul(constants.get(1)).add(constants.get(0)).expandDims(2);
        NDArray vectors = parameterStore.getValue(table, values.getDevice(), training);
        NDArray shifts = parameterStore.getValue(shift, values.getDevice(), training);
        NDArray found = Embedding.embedding(index, vectors, SparseFormat.DENSE).singletonOrThrow();
        return new NDList(found.mul(factor).add(shifts));
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
        return new Shape[] {inputShapes[0].add(size)};
    }
}
