package com.example;

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

/**
 * A layer of your own: what one linear layer says, as far as another lets it through.
 *
 * <p>In: float32 {@code [batch, features]}; out: float32 {@code [batch, units]}.
 */
final class GatedLayer extends AbstractBlock {
    private final int units;
    private final Block value;
    private final Block gate;

    GatedLayer(int units) {
        this.units = units;
        this.value = addChildBlock("value", Linear.builder().setUnits(units).build());
        this.gate = addChildBlock("gate", Linear.builder().setUnits(units).build());
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore parameters,
            NDList inputs,
            boolean training,
            PairList<String, Object> params) {
        NDArray said = value.forward(parameters, inputs, training).head();
        NDArray open = Activation.sigmoid(gate.forward(parameters, inputs, training).head());
        return new NDList(said.mul(open));
    }

    @Override
    protected void initializeChildBlocks(NDManager manager, DataType type, Shape... inputs) {
        value.initialize(manager, type, inputs);
        gate.initialize(manager, type, inputs);
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputs) {
        return new Shape[] {new Shape(inputs[0].get(0), units)};
    }
}
