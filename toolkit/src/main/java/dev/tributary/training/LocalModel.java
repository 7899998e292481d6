package dev.tributary.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.training.loss.Loss;

import dev.tributary.parameters.FlatParameters;
import dev.tributary.parameters.ParameterKind;

/** What a trainer computes with: the Block, its parameters' places in the vector, and the loss. */
record LocalModel(Block block, FlatParameters parameters, Loss loss) {

    /**
     * The shape in which the Block wants an example, without the batch; -1 where it does not say.
     */
    Shape example() {
        return block instanceof PtSymbolBlock ? new Shape() : block.getInputShapes()[0].slice(1);
    }

    /**
     * The tensors that the Block computes with.
     *
     * @param scope owns what is made for it, and must be closed before the vector
     * @param flat the vector that they stand for
     */
    ModelWeights weights(NDManager scope, NDArray flat, boolean training) {
        return block instanceof PtSymbolBlock module
                ? new ModuleWeights(scope, module, parameters, flat, training)
                : new ParameterAliases(scope, parameters, flat);
    }

    /**
     * The batches to train on: none of one example alone where the Block takes a variance over it.
     *
     * @param scope owns the views of the data
     * @param batchSize examples in a batch
     */
    DeviceBatches batches(NDManager scope, DeviceDataset data, int batchSize) {
        boolean takesVariance = parameters.layout().size(ParameterKind.STATISTIC) > 0;
        return new DeviceBatches(
                scope, data, example(), BatchLoss.of(loss), batchSize, takesVariance);
    }

    /**
     * Computes, recording if the thread does.
     *
     * @param weights made for the same mode
     */
    NDList forward(ModelWeights weights, NDList input, boolean training) {
        // DJL computes a module that does not train on "inference tensors", which the code that
        // the module's compiler has made for training refuses; its mode is set already.
        boolean recordable = training || block instanceof PtSymbolBlock;
        return block.forward(weights.store(), input, recordable);
    }
}
