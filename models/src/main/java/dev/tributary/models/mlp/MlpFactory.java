package dev.tributary.models.mlp;

import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;

import dev.tributary.models.catalog.Inputs;
import dev.tributary.models.catalog.ModelContext;
import dev.tributary.models.catalog.ModelDefinition;
import dev.tributary.models.catalog.ModelFactory;

import java.util.List;
import java.util.Map;

/**
 * Fully connected layers with rectifiers between; by default the 2NN of McMahan et al. (2017),
 * 199,210 parameters on MNIST.
 */
public final class MlpFactory implements ModelFactory {
    private static final String HIDDEN = "hidden";

    /** For the service loader. */
    public MlpFactory() {}

    @Override
    public String name() {
        return "mlp";
    }

    @Override
    public String description() {
        return "multi-layer perceptron on any input; by default the FedAvg paper's 2NN";
    }

    @Override
    public Map<String, String> options() {
        return Map.of(HIDDEN, "sizes of the hidden layers, or none; 200,200 by default");
    }

    @Override
    public ModelDefinition create(ModelContext context) {
        List<Integer> hidden = context.sizes(HIDDEN, List.of(200, 200));
        ModelContext flat = context.flat();
        return ModelDefinition.of(flat, () -> block(flat, hidden));
    }

    private static Block block(ModelContext context, List<Integer> hidden) {
        SequentialBlock block = new SequentialBlock().add(Inputs.shapedAs(context.input()));
        for (int size : hidden) {
            block.add(Linear.builder().setUnits(size).build()).add(Activation::relu);
        }
        return block.add(Linear.builder().setUnits(context.outputs()).build());
    }
}
