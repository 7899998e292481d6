package dev.tributary.models.logistic;

import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;

import dev.tributary.models.catalog.HeNormalInitializer;
import dev.tributary.models.catalog.Inputs;
import dev.tributary.models.catalog.ModelContext;
import dev.tributary.models.catalog.ModelDefinition;
import dev.tributary.models.catalog.ModelFactory;
import dev.tributary.models.catalog.ParameterInitializer;

import java.util.List;
import java.util.Map;

/** Multinomial logistic regression: one linear layer; linear regression if there are no classes. */
public final class LogisticFactory implements ModelFactory {
    private static final String INITIAL = "initial";
    private static final String ZEROS = "zeros";

    /** What it is given holds zeros already. */
    private static final ParameterInitializer NOTHING =
            (tensor, type, output, random, values) -> {};

    /** For the service loader. */
    public LogisticFactory() {}

    @Override
    public String name() {
        return "logistic";
    }

    @Override
    public String description() {
        return "linear softmax regression on any input";
    }

    @Override
    public Map<String, String> options() {
        return Map.of(INITIAL, "random (default), or zeros as in textbooks");
    }

    @Override
    public ModelDefinition create(ModelContext context) {
        ModelContext flat = context.flat();
        boolean zeros = flat.choice(INITIAL, List.of("random", ZEROS)).equals(ZEROS);
        return ModelDefinition.of(
                flat,
                () ->
                        new SequentialBlock()
                                .add(Inputs.shapedAs(flat.input()))
                                .add(Linear.builder().setUnits(context.outputs()).build()),
                zeros ? NOTHING : new HeNormalInitializer());
    }
}
