package dev.tributary.models.sequence;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.SequentialBlock;

import dev.tributary.models.catalog.Inputs;
import dev.tributary.models.catalog.ModelContext;
import dev.tributary.models.layers.Lookup;

/** The first and last layers of networks on sequences. */
final class Steps {
    static final String VOCABULARY = "vocabulary";
    static final String EMBEDDING = "embedding";
    static final String VOCABULARY_LINE =
            "for texts, input being their length: how many symbols there are, numbered from 0";

    private Steps() {}

    /**
     * A network that begins with {@code [batch, time, features]}: embedded symbols, a series of
     * numbers, or what there is.
     *
     * @param vocabulary how many symbols there are; 0 if the input is no text
     * @param embedding size of a symbol's vector
     */
    static SequentialBlock first(ModelContext context, int vocabulary, int embedding) {
        Shape input = context.input();
        if (vocabulary > 0) {
            return new SequentialBlock()
                    .add(Inputs.shapedAs(input))
                    .add(new Lookup(vocabulary, embedding));
        }
        Shape steps = input.dimension() == 1 ? input.add(1) : input;
        return new SequentialBlock().add(Inputs.shapedAs(steps));
    }

    /** What the user said of the vocabulary; 0 if nothing. */
    static int vocabulary(ModelContext context) {
        if (!context.has(VOCABULARY)) {
            context.forInput("time,features", "time");
            return 0;
        }
        context.forInput("time");
        return context.size(VOCABULARY, 1);
    }

    /** The last step, {@code [batch, state]}. */
    static NDList last(NDList states) {
        NDArray array = states.head();
        return new NDList(array.get(new NDIndex(":, {}", array.getShape().get(1) - 1)));
    }
}
