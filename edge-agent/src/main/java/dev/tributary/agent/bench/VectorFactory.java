package dev.tributary.agent.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;

import dev.tributary.models.catalog.ModelContext;
import dev.tributary.models.catalog.ModelDefinition;
import dev.tributary.models.catalog.ModelException;
import dev.tributary.models.catalog.ModelFactory;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Map;

/** A model that is nothing but so many parameters: for measurements, not for learning. */
public final class VectorFactory implements ModelFactory {
    /** Its name in the catalog. */
    public static final String NAME = "bench-vector";

    /** The option that says how many parameters. */
    public static final String PARAMETERS = "parameters";

    private static final int DEFAULT_PARAMETERS = 199_210;

    /** For the service loader. */
    public VectorFactory() {}

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String description() {
        return "any number of parameters that compute nothing, for benchmarks";
    }

    @Override
    public Map<String, String> options() {
        return Map.of(PARAMETERS, "how many; default " + DEFAULT_PARAMETERS);
    }

    @Override
    public ModelDefinition create(ModelContext context) {
        List<Integer> sizes = context.sizes(PARAMETERS, List.of(DEFAULT_PARAMETERS));
        if (sizes.size() != 1) {
            throw new ModelException(
                    "model %s, option %s: expected one number, found %d"
                            .formatted(NAME, PARAMETERS, sizes.size()));
        }
        int count = sizes.get(0);
        return ModelDefinition.of(
                context,
                () -> new VectorBlock(count, context.outputs()),
                (tensor, type, output, random, values) -> {
                    // Zeros, as they are.
                });
    }

    /** Its output does not depend on its input. */
    private static final class VectorBlock extends AbstractBlock {
        private final Parameter values;
        private final int outputs;

        VectorBlock(int count, int outputs) {
            this.outputs = outputs;
            values =
                    addParameter(
                            Parameter.builder()
                                    .setName("values")
                                    .setType(Parameter.Type.WEIGHT)
                                    .optShape(new Shape(count))
                                    .build());
        }

        @Override
        protected NDList forwardInternal(
                ParameterStore store,
                NDList inputs,
                boolean training,
                @Nullable PairList<String, Object> parameters) {
            NDArray first = inputs.head();
            NDArray value = store.getValue(values, first.getDevice(), training).get(0);
            return new NDList(value.broadcast(first.getShape().get(0), outputs));
        }

        @Override
        public Shape[] getOutputShapes(Shape[] inputs) {
            return new Shape[] {new Shape(inputs[0].get(0), outputs)};
        }
    }
}
