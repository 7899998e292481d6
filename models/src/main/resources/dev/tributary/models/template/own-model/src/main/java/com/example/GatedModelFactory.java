package com.example;

import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;

import dev.tributary.models.catalog.ModelContext;
import dev.tributary.models.catalog.ModelDefinition;
import dev.tributary.models.catalog.ModelFactory;

import java.util.Map;

/** The model that run files call {@code gated}. */
public final class GatedModelFactory implements ModelFactory {
    private static final String UNITS = "units";

    @Override
    public String name() {
        return "gated";
    }

    @Override
    public String description() {
        return "a gated layer, then a linear one";
    }

    @Override
    public Map<String, String> options() {
        return Map.of(UNITS, "units of the gated layer, 16 by default");
    }

    @Override
    public ModelDefinition create(ModelContext context) {
        ModelContext flat = context.flat();
        int units = flat.size(UNITS, 16);
        return ModelDefinition.of(
                flat,
                () ->
                        new SequentialBlock()
                                .add(new GatedLayer(units))
                                .add(Linear.builder().setUnits(flat.outputs()).build()));
    }
}
