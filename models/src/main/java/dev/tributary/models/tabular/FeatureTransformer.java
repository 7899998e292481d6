package dev.tributary.models.tabular;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.core.Linear;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;

import java.util.ArrayList;
import java.util.List;

/**
 * TabNet's feature transformer: linear layers, each normalized and gated, the first of which belong
 * to all steps and the others to this one.
 *
 * <p>In: float32 {@code [batch, features]}; out: float32 {@code [batch, units]}. What a layer adds
 * is scaled by the root of one half, so that the variance stays (Gehring et al., 2017).
 */
final class FeatureTransformer extends AbstractBlock {
    private static final float ROOT_OF_HALF = (float) Math.sqrt(0.5);

    private final int units;
    private final int sharedCount;
    private final List<Block> layers;
    private final List<Block> norms = new ArrayList<>();

    /**
     * @param units of each layer behind its gate
     * @param shared layers of {@link #linear}, children of somebody else who initializes them
     * @param ownCount layers of its own
     * @param normalization of each layer; a step's own for shared layers too, as in the paper
     */
    FeatureTransformer(
            int units, List<Block> shared, int ownCount, UnitNormalization normalization) {
        this.units = units;
        this.sharedCount = shared.size();
        this.layers = new ArrayList<>(shared);
        for (int i = 0; i < ownCount; i++) {
            layers.add(addChildBlock("linear", linear(units)));
        }
        for (int i = 0; i < layers.size(); i++) {
            norms.add(addChildBlock("norm", normalization.layer()));
        }
    }

    /** A layer with what its gate needs; normalization makes up for a bias. */
    static Block linear(int units) {
        return Linear.builder().setUnits(2L * units).optBias(false).build();
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore parameterStore,
            NDList inputs,
            boolean training,
            PairList<String, Object> params) {
        NDArray hidden = gated(0, inputs.singletonOrThrow(), parameterStore, training);
        // An array of the engine's own: of a Java number, the graph keeps no more than the address.
        NDArray scale = hidden.getManager().full(new Shape(1), ROOT_OF_HALF);
        for (int i = 1; i < layers.size(); i++) {
            hidden = hidden.add(gated(i, hidden, parameterStore, training)).mul(scale);
        }
        return new NDList(hidden);
    }

    /**
     * The first half of the units, as far as the second lets them through (Dauphin et al., 2017).
     */
    private NDArray gated(int layer, NDArray input, ParameterStore store, boolean training) {
        NDList mixed = layers.get(layer).forward(store, new NDList(input), training);
        NDList halves =
                UnitNormalization.apply(norms.get(layer), mixed.head(), store, training)
                        .split(2, 1);
        return halves.get(0).mul(Activation.sigmoid(halves.get(1)));
    }

    @Override
    protected void initializeChildBlocks(
            NDManager manager, DataType dataType, Shape... inputShapes) {
        Shape hidden = getOutputShapes(inputShapes)[0];
        for (int i = sharedCount; i < layers.size(); i++) {
            layers.get(i).initialize(manager, dataType, i == 0 ? inputShapes[0] : hidden);
        }
        Shape mixed = new Shape(hidden.get(0), 2L * units);
        norms.forEach(norm -> norm.initialize(manager, dataType, mixed));
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
        return new Shape[] {new Shape(inputShapes[0].get(0), units)};
    }
}
