package dev.tributary.training;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.loss.Loss;

import dev.tributary.parameters.FlatParameters;

/** What a trainer computes with: the Block, its parameters' places in the vector, and the loss. */
record LocalModel(Block block, FlatParameters parameters, Loss loss) {

    /**
     * The shape in which the Block wants an example, without the batch; -1 where it does not say.
     */
    Shape example() {
        return block.getInputShapes()[0].slice(1);
    }
}
