package dev.tributary.models.layers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.Dropout;
import ai.djl.nn.norm.LayerNorm;
import ai.djl.nn.transformer.ScaledDotProductAttentionBlock;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;

/**
 * A layer of a transformer's encoder (Vaswani et al., 2017), normalized before attention and feed
 * forward (Xiong et al., 2020), which trains without a warm-up.
 *
 * <p>In and out: float32 {@code [batch, tokens, size]}. DJL's own encoder layer has BatchNorm where
 * the paper has LayerNorm, and with it statistics that differ from client to client; its attention
 * is used here.
 */
public final class EncoderLayer extends AbstractBlock {
    private final Block attentionNorm;
    private final Block attention;
    private final Block feedForwardNorm;
    private final Block feedForward;
    private final Block dropout;

    /**
     * The layer.
     *
     * @param size of a token's vector
     * @param heads a divisor of the size
     * @param hidden units between the two layers of the feed-forward part
     * @param dropoutRate in [0, 1)
     */
    public EncoderLayer(int size, int heads, int hidden, float dropoutRate) {
        attentionNorm = addChildBlock("attentionNorm", LayerNorm.builder().axis(2).build());
        attention =
                addChildBlock(
                        "attention",
                        ScaledDotProductAttentionBlock.builder()
                                .setEmbeddingSize(size)
                                .setHeadCount(heads)
                                .optAttentionProbsDropoutProb(dropoutRate)
                                .build());
        feedForwardNorm = addChildBlock("feedForwardNorm", LayerNorm.builder().axis(2).build());
        feedForward =
                addChildBlock(
                        "feedForward",
                        new SequentialBlock()
                                .add(Linear.builder().setUnits(hidden).build())
                                .add(Activation::gelu)
                                .add(Linear.builder().setUnits(size).build()));
        dropout = addChildBlock("dropout", Dropout.builder().optRate(dropoutRate).build());
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore parameterStore,
            NDList inputs,
            boolean training,
            PairList<String, Object> params) {
        NDArray tokens = inputs.head();
        tokens = tokens.add(through(attentionNorm, attention, tokens, parameterStore, training));
        tokens =
                tokens.add(through(feedForwardNorm, feedForward, tokens, parameterStore, training));
        return new NDList(tokens);
    }

    @Override
    protected void initializeChildBlocks(
            NDManager manager, DataType dataType, Shape... inputShapes) {
        for (Block child : getChildren().values()) {
            child.initialize(manager, dataType, inputShapes);
        }
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
        return inputShapes;
    }

    private NDArray through(
            Block norm, Block part, NDArray tokens, ParameterStore store, boolean training) {
        NDList normalized = norm.forward(store, new NDList(tokens), training);
        NDList changed = part.forward(store, normalized, training);
        return dropout.forward(store, changed, training).head();
    }
}
