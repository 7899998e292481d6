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
    private final long[] firstRow;
    private final long[] lastCategory;
    private final float[] isCategory;
    private final Parameter table;
    private final Parameter shift;

    /**
     * @param cardinalities for each feature how many categories it has; 0 for a number
     * @param size of a feature's vector
     */
    FeatureTokens(List<Integer> cardinalities, int size) {
        this.size = size;
        int features = cardinalities.size();
        this.firstRow = new long[features];
        this.lastCategory = new long[features];
        this.isCategory = new float[features];
        long next = 0;
        for (int i = 0; i < features; i++) {
            int cardinality = cardinalities.get(i);
            firstRow[i] = next;
            lastCategory[i] = Math.max(0, cardinality - 1);
            isCategory[i] = cardinality > 0 ? 1 : 0;
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
        shift.setShape(new Shape(firstRow.length, size));
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore parameterStore,
            NDList inputs,
            boolean training,
            PairList<String, Object> params) {
        NDArray features = inputs.singletonOrThrow();
        NDManager manager = features.getManager();
        NDArray category = manager.create(isCategory);
        // Integers first: no bound holds NaN. A number's last category is 0, as is its row.
        NDArray index =
                features.toType(DataType.INT64, false)
                        .maximum(0)
                        .minimum(manager.create(lastCategory))
                        .add(manager.create(firstRow));
        // 1 for a category, the number itself for a number.
        NDArray factor = features.mul(category.neg().add(1)).add(category).expandDims(2);
        NDArray vectors = parameterStore.getValue(table, features.getDevice(), training);
        NDArray shifts = parameterStore.getValue(shift, features.getDevice(), training);
        NDArray found = Embedding.embedding(index, vectors, SparseFormat.DENSE).singletonOrThrow();
        return new NDList(found.mul(factor).add(shifts));
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
        return new Shape[] {inputShapes[0].add(size)};
    }
}
