package dev.tributary.models.sequence;

import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;

import dev.tributary.models.catalog.HeNormalInitializer;
import dev.tributary.models.catalog.ModelContext;
import dev.tributary.models.catalog.ModelDefinition;
import dev.tributary.models.catalog.ModelFactory;
import dev.tributary.models.catalog.TypicalTask;
import dev.tributary.models.layers.Encoder;

import java.util.Map;

/**
 * A small transformer encoder (Vaswani et al., 2017) on texts or time series, whose mean is
 * classified; positions are learned.
 */
public final class TransformerFactory implements ModelFactory {
    private static final int SIZE = 64;

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
        Map<String, String> options = Encoder.options("step", SIZE);
        options.put(Steps.VOCABULARY, Steps.VOCABULARY_LINE);
        return options;
    }

    @Override
    public TypicalTask typicalTask() {
        return new TypicalTask("64,3", 2);
    }

    @Override
    public ModelDefinition create(ModelContext context) {
        int vocabulary = Steps.vocabulary(context);
        Encoder encoder = Encoder.of(context, SIZE);
        return ModelDefinition.of(
                context,
                () -> block(context, vocabulary, encoder),
                HeNormalInitializer.withoutRectifiers());
    }

    private static Block block(ModelContext context, int vocabulary, Encoder encoder) {
        SequentialBlock steps = Steps.first(context, vocabulary, encoder.size());
        if (vocabulary == 0) {
            steps.add(Linear.builder().setUnits(encoder.size()).build());
        }
        return encoder.addTo(steps.add(new Positions()))
                .add(Linear.builder().setUnits(context.outputs()).build());
    }
}
