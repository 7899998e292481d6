package dev.tributary.models.recommendation;

import ai.djl.nn.SequentialBlock;

import dev.tributary.models.catalog.Inputs;
import dev.tributary.models.catalog.ModelContext;
import dev.tributary.models.catalog.ModelDefinition;
import dev.tributary.models.catalog.ModelException;
import dev.tributary.models.catalog.ModelFactory;
import dev.tributary.models.catalog.TypicalTask;

import java.util.List;
import java.util.Map;

/** Two networks, one for users and one for items, whose outputs' product is the score. */
public final class TwoTowerFactory implements ModelFactory {
    private static final String SIZE = "size";
    private static final String HIDDEN = "hidden";
    private static final String USER_FEATURES = "user-features";

    /** For the service loader. */
    public TwoTowerFactory() {}

    @Override
    public String name() {
        return "two-tower";
    }

    @Override
    public String description() {
        return "ratings or likes by a network for users and one for items, on"
                + " user,item,features...";
    }

    @Override
    public Map<String, String> options() {
        return Map.of(
                Scores.USERS,
                Scores.USERS_LINE,
                Scores.ITEMS,
                Scores.ITEMS_LINE,
                SIZE,
                "size of the learned vectors and of the towers' outputs, 16 by default",
                HIDDEN,
                "sizes of the towers' hidden layers, or none; 32 by default",
                USER_FEATURES,
                "how many of the features after user and item are the user's, the rest being"
                        + " the item's; 0 by default");
    }

    @Override
    public TypicalTask typicalTask() {
        return new TypicalTask("2", 2);
    }

    @Override
    public ModelDefinition create(ModelContext context) {
        ModelContext flat = Scores.check(context.flat());
        int features = Math.toIntExact(flat.input().size()) - 2;
        if (features < 0) {
            throw new ModelException(
                    "model %s, input: expected at least 2 features, user and item, found %s"
                            .formatted(flat.model(), context.input()));
        }
        int ofUser = (int) flat.number(USER_FEATURES, 0, 0, features);
        int size = flat.size(SIZE, 16);
        List<Integer> hidden = flat.sizes(HIDDEN, List.of(32));
        Tower user = new Tower(flat.size(Scores.USERS, Scores.COUNT), ofUser, size, hidden, size);
        Tower item =
                new Tower(
                        flat.size(Scores.ITEMS, Scores.COUNT),
                        features - ofUser,
                        size,
                        hidden,
                        size);
        return ModelDefinition.of(
                flat,
                () ->
                        new SequentialBlock()
                                .add(Inputs.shapedAs(flat.input()))
                                .add(new TwoTowers(user, item, flat.outputs())));
    }
}
