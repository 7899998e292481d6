package dev.tributary.models.tabular;

import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.Dropout;

import dev.tributary.models.catalog.ModelContext;
import dev.tributary.models.catalog.ModelDefinition;
import dev.tributary.models.catalog.ModelFactory;
import dev.tributary.models.catalog.TypicalTask;

import java.util.List;
import java.util.Map;

/** Embedded categories beside the numbers, then fully connected layers with rectifiers. */
public final class TabularMlpFactory implements ModelFactory {
    private static final String HIDDEN = "hidden";
    private static final String EMBEDDING = "embedding";
    private static final String DROPOUT = "dropout";

    /** For the service loader. */
    public TabularMlpFactory() {}

    @Override
    public String name() {
        return "tabular-mlp";
    }

    @Override
    public String description() {
        return "embedded categories and numbers, then fully connected layers";
    }

    @Override
    public Map<String, String> options() {
        return Map.of(
                Columns.OPTION,
                Columns.LINE,
                HIDDEN,
                "sizes of the hidden layers, or none; 64,32 by default",
                EMBEDDING,
                "size of a category's vector, 8 by default",
                DROPOUT,
                "share of hidden units left out in training, in [0, 0.9], 0 by default");
    }

    @Override
    public TypicalTask typicalTask() {
        return TypicalTask.TABLE;
    }

    @Override
    public ModelDefinition create(ModelContext context) {
        ModelContext flat = context.flat();
        Columns columns = Columns.of(flat);
        int embedding = flat.size(EMBEDDING, 8);
        List<Integer> hidden = flat.sizes(HIDDEN, List.of(64, 32));
        float dropout = (float) flat.number(DROPOUT, 0, 0, 0.9);
        return ModelDefinition.of(
                flat,
                () ->
                        TabularNetwork.of(
                                flat, columns, embedding, layers(hidden, dropout, flat.outputs())));
    }

    private static Block layers(List<Integer> hidden, float dropout, int outputs) {
        SequentialBlock block = new SequentialBlock();
        for (int size : hidden) {
            block.add(Linear.builder().setUnits(size).build()).add(Activation::relu);
            if (dropout > 0) {
                block.add(Dropout.builder().optRate(dropout).build());
            }
        }
        return block.add(Linear.builder().setUnits(outputs).build());
    }
}
