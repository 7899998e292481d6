package dev.tributary.models.sequence;

import ai.djl.ndarray.NDList;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.LayerNorm;

import dev.tributary.models.catalog.HeNormalInitializer;
import dev.tributary.models.catalog.ModelContext;
import dev.tributary.models.catalog.ModelDefinition;
import dev.tributary.models.catalog.ModelFactory;
import dev.tributary.models.catalog.TypicalTask;
import dev.tributary.models.layers.EncoderLayer;

import java.util.Map;

/**
 * A small transformer encoder (Vaswani et al., 2017) on texts or time series, whose mean is
 * classified; positions are learned.
 */
public final class TransformerFactory implements ModelFactory {
    private static final String SIZE = "size";
    private static final String HEADS = "heads";
    private static final String LAYERS = "layers";
    private static final String DROPOUT = "dropout";

    /** For the service loader. */
    public TransformerFactory() {}

    @Override
    public String name() {
        return "transformer";
    }

    @Override
    public String description() {
        return "a small transformer over texts or time series, on time or time,features";
    }

    @Override
    public Map<String, String> options() {
        return Map.of(
                Steps.VOCABULARY,
                Steps.VOCABULARY_LINE,
                SIZE,
                "size of a step's vector, 64 by default",
                HEADS,
                "attention heads, a divisor of the size, 4 by default",
                LAYERS,
                "encoder layers, 2 by default",
                DROPOUT,
                "share left out in training, in [0, 0.9], 0 by default");
    }

    @Override
    public TypicalTask typicalTask() {
        return new TypicalTask("64,3", 2);
    }

    @Override
    public ModelDefinition create(ModelContext context) {
        int vocabulary = Steps.vocabulary(context);
        int size = context.size(SIZE, 64);
        int heads = context.size(HEADS, 4);
        if (size % heads != 0) {
            throw context.wrong(HEADS, "a divisor of the size, which is " + size);
        }
        int layers = context.size(LAYERS, 2);
        float dropout = (float) context.number(DROPOUT, 0, 0, 0.9);
        return ModelDefinition.of(
                context,
                () -> block(context, vocabulary, size, heads, layers, dropout),
                HeNormalInitializer.withoutRectifiers());
    }

    private static Block block(
            ModelContext context, int vocabulary, int size, int heads, int layers, float dropout) {
        SequentialBlock block = Steps.first(context, vocabulary, size);
        if (vocabulary == 0) {
            block.add(Linear.builder().setUnits(size).build());
        }
        block.add(new Positions());
        for (int i = 0; i < layers; i++) {
            block.add(new EncoderLayer(size, heads, 2 * size, dropout));
        }
        return block.add(TransformerFactory::mean)
                .add(LayerNorm.builder().axis(1).build())
                .add(Linear.builder().setUnits(context.outputs()).build());
    }

    private static NDList mean(NDList steps) {
        return new NDList(steps.singletonOrThrow().mean(new int[] {1}));
    }
}
