package dev.tributary.models.layers;

import ai.djl.ndarray.NDList;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.norm.LayerNorm;

import dev.tributary.models.catalog.ModelContext;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A transformer's encoder, as options describe it: {@link EncoderLayer}s, and the normalized mean
 * of the tokens behind them.
 *
 * @param size of a token's vector
 * @param heads attention heads, a divisor of the size
 * @param layers how many, at least 1
 * @param dropout the share left out in training, in [0, 0.9]
 */
public record Encoder(int size, int heads, int layers, float dropout) {
    private static final String SIZE = "size";
    private static final String HEADS = "heads";
    private static final String LAYERS = "layers";
    private static final String DROPOUT = "dropout";

    /**
     * The options, each with a line that says what it means.
     *
     * @param token what a token stands for, such as {@code feature}
     * @param size the default size
     */
    public static Map<String, String> options(String token, int size) {
        Map<String, String> options = new LinkedHashMap<>();
        options.put(SIZE, "size of a %s's vector, %d by default".formatted(token, size));
        options.put(HEADS, "attention heads, a divisor of the size, 4 by default");
        options.put(LAYERS, "encoder layers, 2 by default");
        options.put(DROPOUT, "share left out in training, in [0, 0.9], 0 by default");
        return options;
    }

    /**
     * As the options say.
     *
     * @param defaultSize the size where they do not
     * @throws dev.tributary.models.catalog.ModelException if one is out of range, or the heads are
     *     no divisor of the size
     */
    public static Encoder of(ModelContext context, int defaultSize) {
        int size = context.size(SIZE, defaultSize);
        int heads = context.size(HEADS, 4);
        if (size % heads != 0) {
            throw context.wrong(HEADS, "a divisor of the size, which is " + size);
        }
        int layers = context.size(LAYERS, 2);
        return new Encoder(size, heads, layers, (float) context.number(DROPOUT, 0, 0, 0.9));
    }

    /**
     * Adds it to a block, behind what makes the tokens.
     *
     * @param block whose output is float32 {@code [batch, tokens, size]}; then {@code [batch,
     *     size]}
     * @return the block
     */
    public SequentialBlock addTo(SequentialBlock block) {
        for (int i = 0; i < layers; i++) {
            block.add(new EncoderLayer(size, heads, 2 * size, dropout));
        }
        return block.add(Encoder::mean).add(LayerNorm.builder().axis(1).build());
    }

    private static NDList mean(NDList tokens) {
        return new NDList(tokens.singletonOrThrow().mean(new int[] {1}));
    }
}
