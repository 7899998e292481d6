package dev.tributary.models.tabular;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Block;
import ai.djl.nn.core.Linear;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;

/**
 * TabNet's attentive transformer: which features a step looks at.
 *
 * <p>In: float32 {@code [batch, units]}, what the step before says, and {@code [batch, features]},
 * how much of each feature is left to look at; out: a mask {@code [batch, features]} with the sum 1
 * in each row.
 */
final class AttentiveTransformer extends AbstractBlock {
    private final Block linear;
    private final Block norm;
    private final long features;

    AttentiveTransformer(long features, UnitNormalization normalization) {
        this.features = features;
        this.linear =
                addChildBlock("linear", Linear.builder().setUnits(features).optBias(false).build());
        this.norm = addChildBlock("norm", normalization.layer());
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore parameterStore,
            NDList inputs,
            boolean training,
            PairList<String, Object> params) {
        NDArray left = inputs.get(1);
        NDList scores = linear.forward(parameterStore, new NDList(inputs.head()), training);
        NDArray wanted = UnitNormalization.apply(norm, scores.head(), parameterStore, training);
        return new NDList(Sparsemax.of(wanted.mul(left)));
    }

    @Override
    protected void initializeChildBlocks(
            NDManager manager, DataType dataType, Shape... inputShapes) {
        linear.initialize(manager, dataType, inputShapes[0]);
        norm.initialize(manager, dataType, getOutputShapes(inputShapes));
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
        return new Shape[] {new Shape(inputShapes[0].get(0), features)};
    }
}
