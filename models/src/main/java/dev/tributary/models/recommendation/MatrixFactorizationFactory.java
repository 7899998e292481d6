package dev.tributary.models.recommendation;

import ai.djl.nn.SequentialBlock;

import dev.tributary.models.catalog.HeNormalInitializer;
import dev.tributary.models.catalog.Inputs;
import dev.tributary.models.catalog.ModelContext;
import dev.tributary.models.catalog.ModelDefinition;
import dev.tributary.models.catalog.ModelException;
import dev.tributary.models.catalog.ModelFactory;
import dev.tributary.models.catalog.TypicalTask;

import java.util.Map;

/** Matrix factorization with biases (Koren et al., 2009), on examples of user and item. */
public final class MatrixFactorizationFactory implements ModelFactory {
    private static final String SIZE = "size";

    /** For the service loader. */
    public MatrixFactorizationFactory() {}

    @Override
    public String name() {
        return "matrix-factorization";
    }

    @Override
    public String description() {
        return "ratings or likes as the product of a user's and an item's vector, on user,item";
    }

    @Override
    public Map<String, String> options() {
        return Map.of(
                Scores.USERS,
                Scores.USERS_LINE,
                Scores.ITEMS,
                Scores.ITEMS_LINE,
                SIZE,
                "size of the vectors, 16 by default");
    }

    @Override
    public TypicalTask typicalTask() {
        return new TypicalTask("2", 0);
    }

    @Override
    public ModelDefinition create(ModelContext context) {
        ModelContext flat = Scores.check(context.flat());
        if (flat.input().size() != 2) {
            throw new ModelException(
                    "model %s, input: expected 2 features, user and item, found %s"
                            .formatted(flat.model(), context.input()));
        }
        int users = flat.size(Scores.USERS, Scores.COUNT);
        int items = flat.size(Scores.ITEMS, Scores.COUNT);
        int size = flat.size(SIZE, 16);
        return ModelDefinition.of(
                flat,
                () ->
                        new SequentialBlock()
                                .add(Inputs.shapedAs(flat.input()))
                                .add(new Factorization(users, items, size, flat.outputs())),
                HeNormalInitializer.withoutRectifiers());
    }
}
