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
import dev.tributary.parameters.ParameterLayout;
import dev.tributary.protocol.ModelSpec;

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

    /** Values a tensor: large models have many tensors. */
    private static final int TENSOR = 1 << 22;

    /** For the service loader. */
    public VectorFactory() {}

    /** The model of so many parameters. */
    static ModelSpec spec(int parameters) {
        return new ModelSpec(
                NAME, Map.of(PARAMETERS, "" + parameters, "input", "1", "classes", "2"));
    }

    /** That model's layout, without building it. */
    static ParameterLayout layout(int parameters) {
        ParameterLayout.Builder layout = ParameterLayout.builder();
        for (int from = 0; from < parameters; from += TENSOR) {
            layout.trainable(tensor(from), Math.min(TENSOR, parameters - from));
        }
        return layout.build();
    }

    private static String tensor(int from) {
        return "values" + from / TENSOR;
    }

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
        private final Parameter first;
        private final int outputs;

        VectorBlock(int count, int outputs) {
            this.outputs = outputs;
            first = add(0, count);
            for (int from = TENSOR; from < count; from += TENSOR) {
                add(from, count);
            }
        }

        private Parameter add(int from, int count) {
            return addParameter(
                    Parameter.builder()
                            .setName(tensor(from))
                            .setType(Parameter.Type.WEIGHT)
                            .optShape(new Shape(Math.min(TENSOR, count - from)))
                            .build());
        }

        @Override
        protected NDList forwardInternal(
                ParameterStore store,
                NDList inputs,
                boolean training,
                @Nullable PairList<String, Object> parameters) {
            NDArray input = inputs.head();
            NDArray value = store.getValue(first, input.getDevice(), training).get(0);
            return new NDList(value.broadcast(input.getShape().get(0), outputs));
        }

        @Override
        public Shape[] getOutputShapes(Shape[] inputs) {
            return new Shape[] {new Shape(inputs[0].get(0), outputs)};
        }
    }
}
