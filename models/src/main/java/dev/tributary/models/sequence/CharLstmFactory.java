package dev.tributary.models.sequence;

import ai.djl.nn.core.Linear;
import ai.djl.nn.recurrent.LSTM;

import dev.tributary.models.catalog.HeNormalInitializer;
import dev.tributary.models.catalog.ModelContext;
import dev.tributary.models.catalog.ModelDefinition;
import dev.tributary.models.catalog.ModelFactory;
import dev.tributary.models.catalog.TypicalTask;

import java.util.Map;

/**
 * The next character of a text (McMahan et al., 2017): characters embedded in 8 dimensions, two
 * layers of 256 LSTM units; about 820,000 parameters for LEAF's Shakespeare.
 */
public final class CharLstmFactory implements ModelFactory {
    private static final String STATE = "state";
    private static final String LAYERS = "layers";

    /** For the service loader. */
    public CharLstmFactory() {}

    @Override
    public String name() {
        return "char-lstm";
    }

    @Override
    public String description() {
        return "the next character of a text, on the numbers of those before it";
    }

    @Override
    public Map<String, String> options() {
        return Map.of(
                Steps.VOCABULARY,
                "how many characters there are; as many as classes by default",
                Steps.EMBEDDING,
                "size of a character's vector, 8 by default",
                STATE,
                "units of a layer, 256 by default",
                LAYERS,
                "layers, 2 by default");
    }

    @Override
    public TypicalTask typicalTask() {
        return new TypicalTask("80", 80);
    }

    @Override
    public ModelDefinition create(ModelContext context) {
        int vocabulary =
                context.forInput("time").size(Steps.VOCABULARY, Math.max(1, context.classCount()));
        int embedding = context.size(Steps.EMBEDDING, 8);
        int state = context.size(STATE, 256);
        int layers = context.size(LAYERS, 2);
        return ModelDefinition.of(
                context,
                () ->
                        Steps.first(context, vocabulary, embedding)
                                .add(
                                        LSTM.builder()
                                                .setStateSize(state)
                                                .setNumLayers(layers)
                                                .build())
                                .add(Steps::last)
                                .add(Linear.builder().setUnits(context.outputs()).build()),
                HeNormalInitializer.withoutRectifiers());
    }
}
