package dev.tributary.models.tabular;

import ai.djl.ndarray.NDList;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.LayerNorm;

import dev.tributary.models.catalog.HeNormalInitializer;
import dev.tributary.models.catalog.Inputs;
import dev.tributary.models.catalog.ModelContext;
import dev.tributary.models.catalog.ModelDefinition;
import dev.tributary.models.catalog.ModelFactory;
import dev.tributary.models.catalog.TypicalTask;
import dev.tributary.models.layers.EncoderLayer;

import java.util.Map;

/**
 * FT-Transformer (Gorishniy et al., 2021): a token for each feature, and attention among them.
 *
 * <p>The tokens' mean is classified, where the paper has a token of its own for that; and the feed
 * forward layers have GELU instead of ReGLU.
 */
public final class FtTransformerFactory implements ModelFactory {
    private static final String SIZE = "size";
    private static final String HEADS = "heads";
    private static final String LAYERS = "layers";
    private static final String DROPOUT = "dropout";

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
        return Map.of(
                Columns.OPTION,
                Columns.LINE,
                SIZE,
                "size of a feature's vector, 32 by default",
                HEADS,
                "attention heads, a divisor of the size, 4 by default",
                LAYERS,
                "encoder layers, 2 by default",
                DROPOUT,
                "share left out in training, in [0, 0.9], 0 by default");
    }

    @Override
    public TypicalTask typicalTask() {
        return TypicalTask.TABLE;
    }

    @Override
    public ModelDefinition create(ModelContext context) {
        ModelContext flat = context.flat();
        Columns columns = Columns.of(flat);
        int size = flat.size(SIZE, 32);
        int heads = flat.size(HEADS, 4);
        if (size % heads != 0) {
            throw flat.wrong(HEADS, "a divisor of the size, which is " + size);
        }
        int layers = flat.size(LAYERS, 2);
        float dropout = (float) flat.number(DROPOUT, 0, 0, 0.9);
        return ModelDefinition.of(
                flat,
                () -> block(flat, columns, size, heads, layers, dropout),
                HeNormalInitializer.withoutRectifiers());
    }

    private static Block block(
            ModelContext context, Columns columns, int size, int heads, int layers, float dropout) {
        SequentialBlock block =
                new SequentialBlock()
                        .add(Inputs.shapedAs(context.input()))
                        .add(new FeatureTokens(columns.cardinalities(), size));
        for (int i = 0; i < layers; i++) {
            block.add(new EncoderLayer(size, heads, 2 * size, dropout));
        }
        return block.add(FtTransformerFactory::mean)
                .add(LayerNorm.builder().axis(1).build())
                .add(Activation::relu)
                .add(Linear.builder().setUnits(context.outputs()).build());
    }

    private static NDList mean(NDList tokens) {
        return new NDList(tokens.singletonOrThrow().mean(new int[] {1}));
    }
}
