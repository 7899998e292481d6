package dev.tributary.models.sequence;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;

/** Adds a learned vector to each step, in and out {@code [batch, time, size]}. */
final class Positions extends AbstractBlock {
    private final Parameter table;

    Positions() {
        this.table =
                addParameter(
                        Parameter.builder()
                                .setName("table")
                                .setType(Parameter.Type.WEIGHT)
                                .build());
    }

    @Override
    protected void prepare(Shape[] inputShapes) {
        table.setShape(inputShapes[0].slice(1));
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore parameterStore,
            NDList inputs,
            boolean training,
            PairList<String, Object> params) {
        NDArray steps = inputs.singletonOrThrow();
        return new NDList(steps.add(parameterStore.getValue(table, steps.getDevice(), training)));
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
        return inputShapes;
    }
}
