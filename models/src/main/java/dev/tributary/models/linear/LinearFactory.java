package dev.tributary.models.linear;

import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;

import dev.tributary.models.catalog.Inputs;
import dev.tributary.models.catalog.ModelContext;
import dev.tributary.models.catalog.ModelDefinition;
import dev.tributary.models.catalog.ModelFactory;
import dev.tributary.models.catalog.TypicalTask;

import java.util.Map;

/** Linear regression on one number: {@code features + 1} parameters. */
public final class LinearFactory implements ModelFactory {

    /** For the service loader. */
    public LinearFactory() {}

    @Override
    public String name() {
        return "linear";
    }

    @Override
    public String description() {
        return "linear regression on any input";
    }

    @Override
    public Map<String, String> options() {
        return Map.of();
    }

    @Override
    public TypicalTask typicalTask() {
        return new TypicalTask("14", 0);
    }

    @Override
    public ModelDefinition create(ModelContext context) {
        ModelContext flat = context.forRegression().flat();
        return ModelDefinition.of(
                flat,
                () ->
                        new SequentialBlock()
                                .add(Inputs.shapedAs(flat.input()))
                                .add(Linear.builder().setUnits(1).build()));
    }
}
