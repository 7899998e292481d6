package dev.tributary.models.tabular;

import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;

import dev.tributary.models.catalog.HeNormalInitializer;
import dev.tributary.models.catalog.Inputs;
import dev.tributary.models.catalog.ModelContext;
import dev.tributary.models.catalog.ModelDefinition;
import dev.tributary.models.catalog.ModelFactory;
import dev.tributary.models.catalog.TypicalTask;
import dev.tributary.models.layers.Encoder;

import java.util.Map;

/**
 * FT-Transformer (Gorishniy et al., 2021): a token for each feature, and attention among them.
 *
 * <p>The tokens' mean is classified, where the paper has a token of its own for that; and the feed
 * forward layers have GELU instead of ReGLU.
 */
public final class FtTransformerFactory implements ModelFactory {
    private static final int SIZE = 32;

    /** For the service loader. */
    public FtTransformerFactory() {}

    @Override
    public String name() {
        return "ft-transformer";
    }

    @Override
    public String description() {
        return "attention among the features of a table";
    }

    @Override
    public Map<String, String> options() {
        Map<String, String> options = Encoder.options("feature", SIZE);
        options.put(Columns.OPTION, Columns.LINE);
        return options;
    }

    @Override
    public TypicalTask typicalTask() {
        return TypicalTask.TABLE;
    }

    @Override
    public ModelDefinition create(ModelContext context) {
        ModelContext flat = context.flat();
        Columns columns = Columns.of(flat);
        Encoder encoder = Encoder.of(flat, SIZE);
        return ModelDefinition.of(
                flat, () -> block(flat, columns, encoder), HeNormalInitializer.withoutRectifiers());
    }

    private static Block block(ModelContext context, Columns columns, Encoder encoder) {
        SequentialBlock tokens =
                new SequentialBlock()
                        .add(Inputs.shapedAs(context.input()))
                        .add(new FeatureTokens(columns.cardinalities(), encoder.size()));
        return encoder.addTo(tokens)
                .add(Activation::relu)
                .add(Linear.builder().setUnits(context.outputs()).build());
    }
}
