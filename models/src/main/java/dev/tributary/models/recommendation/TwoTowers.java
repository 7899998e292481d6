package dev.tributary.models.recommendation;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;

import dev.tributary.models.layers.Lookup;

/**
 * The product of what a network makes of the user and what another makes of the item.
 *
 * <p>In: float32 {@code [batch, 2 + userFeatures + itemFeatures]}: user, item, the user's features,
 * the item's; out: float32 {@code [batch, outputs]}.
 */
final class TwoTowers extends AbstractBlock {
    private final Tower user;
    private final Tower item;
    private final int outputs;
    private final Block userTable;
    private final Block itemTable;
    private final Block userLayers;
    private final Block itemLayers;

    TwoTowers(Tower user, Tower item, int outputs) {
        this.user = user;
        this.item = item;
        this.outputs = outputs;
        this.userTable = addChildBlock("userTable", new Lookup(user.count(), user.size()));
        this.itemTable = addChildBlock("itemTable", new Lookup(item.count(), item.size()));
        this.userLayers = addChildBlock("userLayers", user.layers());
        this.itemLayers = addChildBlock("itemLayers", item.layers());
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore parameterStore,
            NDList inputs,
            boolean training,
            PairList<String, Object> params) {
        NDArray features = inputs.singletonOrThrow();
        NDList users = new NDList(Scores.column(features, 0));
        NDList items = new NDList(Scores.column(features, 1));
        NDArray userVector = userTable.forward(parameterStore, users, training).head();
        NDArray itemVector = itemTable.forward(parameterStore, items, training).head();
        int border = 2 + user.features();
        NDList userRow = row(userVector, features, 2, border);
        NDList itemRow = row(itemVector, features, border, border + item.features());
        NDArray score =
                userLayers
                        .forward(parameterStore, userRow, training)
                        .head()
                        .mul(itemLayers.forward(parameterStore, itemRow, training).head())
                        .sum(new int[] {1});
        return Scores.output(score, outputs);
    }

    @Override
    protected void initializeChildBlocks(
            NDManager manager, DataType dataType, Shape... inputShapes) {
        long batch = inputShapes[0].get(0);
        userTable.initialize(manager, dataType, new Shape(batch));
        itemTable.initialize(manager, dataType, new Shape(batch));
        userLayers.initialize(manager, dataType, new Shape(batch, user.size() + user.features()));
        itemLayers.initialize(manager, dataType, new Shape(batch, item.size() + item.features()));
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
        return new Shape[] {new Shape(inputShapes[0].get(0), outputs)};
    }

    private static NDList row(NDArray vector, NDArray features, int from, int to) {
        if (from == to) {
            return new NDList(vector);
        }
        NDArray own = features.get(new NDIndex(":, {}:{}", from, to));
        return new NDList(NDArrays.concat(new NDList(vector, own), 1));
    }
}
