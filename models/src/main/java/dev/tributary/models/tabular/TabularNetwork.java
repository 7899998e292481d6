package dev.tributary.models.tabular;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.SequentialBlock;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;

import dev.tributary.models.catalog.Inputs;
import dev.tributary.models.catalog.ModelContext;

import java.util.List;

/**
 * Embeds the categories of a table, puts the numbers beside them, and hands one row of numbers on.
 *
 * <p>In: float32 {@code [batch, features]}; out: what the part behind makes of {@code [batch,
 * numbers + categories * size]}.
 */
final class TabularNetwork extends AbstractBlock {
    private final List<Integer> numbers;
    private final List<Integer> categories;
    private final int size;
    private final long width;
    private final Block tokens;
    private final Block rest;

    private TabularNetwork(Columns columns, int size, Block rest) {
        this.numbers = columns.numbers();
        this.categories = columns.categories();
        this.size = size;
        this.width = columns.width(size);
        this.tokens =
                categories.isEmpty()
                        ? Blocks.identityBlock()
                        : addChildBlock("tokens", new FeatureTokens(columns.at(categories), size));
        this.rest = addChildBlock("rest", rest);
    }

    /**
     * A model's network, which takes examples in the shape that they have.
     *
     * @param size of a category's vector
     * @param rest what is made of a row
     */
    static Block of(ModelContext context, Columns columns, int size, Block rest) {
        return new SequentialBlock()
                .add(Inputs.shapedAs(context.input()))
                .add(new TabularNetwork(columns, size, rest));
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore parameterStore,
            NDList inputs,
            boolean training,
            PairList<String, Object> params) {
        NDArray features = inputs.singletonOrThrow();
        NDArray row = features;
        if (!categories.isEmpty()) {
            NDList chosen = new NDList(columns(features, categories));
            NDArray embedded = tokens.forward(parameterStore, chosen, training).head();
            row = embedded.reshape(features.getShape().get(0), (long) categories.size() * size);
            if (!numbers.isEmpty()) {
                row = NDArrays.concat(new NDList(columns(features, numbers), row), 1);
            }
        }
        return rest.forward(parameterStore, new NDList(row), training);
    }

    @Override
    protected void initializeChildBlocks(
            NDManager manager, DataType dataType, Shape... inputShapes) {
        long batch = inputShapes[0].get(0);
        if (!categories.isEmpty()) {
            tokens.initialize(manager, dataType, new Shape(batch, categories.size()));
        }
        rest.initialize(manager, dataType, restShape(batch));
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
        return rest.getOutputShapes(new Shape[] {restShape(inputShapes[0].get(0))});
    }

    private Shape restShape(long batch) {
        return new Shape(batch, width);
    }

    /** Columns that lie side by side are one view. */
    private static NDArray columns(NDArray features, List<Integer> positions) {
        NDList runs = new NDList();
        int start = 0;
        for (int i = 1; i <= positions.size(); i++) {
            if (i == positions.size() || positions.get(i) != positions.get(i - 1) + 1) {
                int from = positions.get(start);
                int to = positions.get(i - 1) + 1;
                runs.add(features.get(new NDIndex(":, {}:{}", from, to)));
                start = i;
            }
        }
        return runs.size() == 1 ? runs.head() : NDArrays.concat(runs, 1);
    }
}
