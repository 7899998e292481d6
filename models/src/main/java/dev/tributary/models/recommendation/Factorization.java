package dev.tributary.models.recommendation;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;

import dev.tributary.models.layers.Lookup;

/**
 * The product of a user's and an item's vector, plus a bias for each and one for all.
 *
 * <p>In: float32 {@code [batch, 2]}, user and item; out: float32 {@code [batch, outputs]}.
 */
final class Factorization extends AbstractBlock {
    private final int outputs;
    private final Block user;
    private final Block item;
    private final Block userBias;
    private final Block itemBias;
    private final Parameter bias;

    Factorization(long users, long items, int size, int outputs) {
        this.outputs = outputs;
        this.user = addChildBlock("user", new Lookup(users, size));
        this.item = addChildBlock("item", new Lookup(items, size));
        this.userBias = addChildBlock("userBias", Lookup.ofBiases(users));
        this.itemBias = addChildBlock("itemBias", Lookup.ofBiases(items));
        this.bias =
                addParameter(
                        Parameter.builder().setName("bias").setType(Parameter.Type.BIAS).build());
    }

    @Override
    protected void prepare(Shape[] inputShapes) {
        bias.setShape(new Shape(1));
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
        NDArray product =
                user.forward(parameterStore, users, training)
                        .head()
                        .mul(item.forward(parameterStore, items, training).head())
                        .sum(new int[] {1});
        NDArray biases =
                userBias.forward(parameterStore, users, training)
                        .head()
                        .add(itemBias.forward(parameterStore, items, training).head())
                        .flatten();
        NDArray general = parameterStore.getValue(bias, features.getDevice(), training);
        return Scores.output(product.add(biases).add(general), outputs);
    }

    @Override
    protected void initializeChildBlocks(
            NDManager manager, DataType dataType, Shape... inputShapes) {
        for (Block child : getChildren().values()) {
            child.initialize(manager, dataType, new Shape(inputShapes[0].get(0)));
        }
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
        return new Shape[] {new Shape(inputShapes[0].get(0), outputs)};
    }
}
