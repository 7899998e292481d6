package dev.tributary.models.sequence;

import ai.djl.nn.core.Linear;
import ai.djl.nn.recurrent.GRU;

import dev.tributary.models.catalog.HeNormalInitializer;
import dev.tributary.models.catalog.ModelContext;
import dev.tributary.models.catalog.ModelDefinition;
import dev.tributary.models.catalog.ModelFactory;
import dev.tributary.models.catalog.TypicalTask;

import java.util.Map;

/** A recurrent network of GRUs whose last state is classified. */
public final class GruClassifierFactory implements ModelFactory {
    private static final String STATE = "state";
    private static final String LAYERS = "layers";

    /** For the service loader. */
    public GruClassifierFactory() {}

    @Override
    public String name() {
        return "gru-classifier";
    }

    @Override
    public String description() {
        return "a GRU over texts or time series, on time or time,features";
    }

    @Override
    public Map<String, String> options() {
        return Map.of(
                Steps.VOCABULARY,
                Steps.VOCABULARY_LINE,
                Steps.EMBEDDING,
                "size of a symbol's vector, 16 by default",
                STATE,
                "units of a layer, 64 by default",
                LAYERS,
                "layers, 1 by default");
    }

    @Override
    public TypicalTask typicalTask() {
        return new TypicalTask("64,3", 2);
    }

    @Override
    public ModelDefinition create(ModelContext context) {
        int vocabulary = Steps.vocabulary(context);
        int embedding = context.size(Steps.EMBEDDING, 16);
        int state = context.size(STATE, 64);
        int layers = context.size(LAYERS, 1);
        return ModelDefinition.of(
                context,
                () ->
                        Steps.first(context, vocabulary, embedding)
                                .add(GRU.builder().setStateSize(state).setNumLayers(layers).build())
                                .add(Steps::last)
                                .add(Linear.builder().setUnits(context.outputs()).build()),
                HeNormalInitializer.withoutRectifiers());
    }
}
