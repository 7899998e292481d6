package dev.tributary.models.catalog;

import ai.djl.nn.Blocks;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.nn.recurrent.LSTM;

import java.util.Map;

/** Stands for a factory in a jar of somebody else's. */
public final class TinyRnnFactory implements ModelFactory {

    /** For the service loader. */
    public TinyRnnFactory() {}

    @Override
    public String name() {
        return "tiny-rnn";
    }

    @Override
    public String description() {
        return "an LSTM over [time, features]";
    }

    @Override
    public Map<String, String> options() {
        return Map.of();
    }

    @Override
    public TypicalTask typicalTask() {
        return new TypicalTask("5,4", 2);
    }

    @Override
    public ModelDefinition create(ModelContext context) {
        return ModelDefinition.of(
                context,
                () ->
                        new SequentialBlock()
                                .add(LSTM.builder().setStateSize(6).setNumLayers(1).build())
                                .add(Blocks.batchFlattenBlock())
                                .add(Linear.builder().setUnits(context.outputs()).build()));
    }
}
