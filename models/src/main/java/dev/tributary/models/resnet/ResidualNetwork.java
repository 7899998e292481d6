package dev.tributary.models.resnet;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.ParallelBlock;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.nn.pooling.Pool;

import dev.tributary.models.catalog.Inputs;
import dev.tributary.models.catalog.ModelContext;
import dev.tributary.models.catalog.ModelDefinition;
import dev.tributary.models.layers.Images;
import dev.tributary.models.layers.Normalization;

import java.util.List;
import java.util.Map;

/**
 * Stages of two-convolution residual units, each stage but the first halving the image and doubling
 * the channels (He et al., 2016).
 *
 * <p>Where a unit changes the shape, its shortcut is a 1 x 1 convolution (the paper's option B).
 * DJL's own ResNet has BatchNorm only.
 *
 * @param width channels of the first stage
 * @param stages how many units each stage has
 * @param normalization after each convolution
 */
record ResidualNetwork(int width, List<Integer> stages, Normalization normalization) {
    /** Images of at least this size get the paper's stem for ImageNet, which quarters them. */
    private static final int LARGE = 128;

    private static final int SMALLEST = 8;
    private static final String WIDTH = "width";

    /** What a user may choose. */
    static Map<String, String> options(int usualWidth) {
        return Map.of(
                Normalization.OPTION,
                Normalization.LINE,
                WIDTH,
                "channels of the first stage, each further one having twice as many; %d by default"
                        .formatted(usualWidth));
    }

    /** The network of that depth, as the context's options have it. */
    static ModelDefinition define(ModelContext context, int usualWidth, List<Integer> stages) {
        Shape image = Images.shape(context, SMALLEST);
        ResidualNetwork network =
                new ResidualNetwork(
                        context.size(WIDTH, usualWidth), stages, Normalization.of(context));
        return ModelDefinition.of(context, () -> network.block(image, context.outputs()));
    }

    private Block block(Shape image, int outputs) {
        SequentialBlock block = new SequentialBlock().add(Inputs.shapedAs(image));
        stem(block, Math.min(image.get(1), image.get(2)) >= LARGE);
        int channels = width;
        for (int stage = 0; stage < stages.size(); stage++) {
            for (int unit = 0; unit < stages.get(stage); unit++) {
                boolean narrows = stage > 0 && unit == 0;
                block.add(unit(channels * (narrows ? 2 : 1), narrows));
                channels *= narrows ? 2 : 1;
            }
        }
        return block.add(Pool.globalAvgPool2dBlock())
                .add(Blocks.batchFlattenBlock())
                .add(Linear.builder().setUnits(outputs).build());
    }

    private void stem(SequentialBlock block, boolean large) {
        block.add(Images.convolution(width, large ? 7 : 3, large ? 2 : 1))
                .add(normalization.layer())
                .add(Activation::relu);
        if (large) {
            block.add(Pool.maxPool2dBlock(new Shape(3, 3), new Shape(2, 2), new Shape(1, 1)));
        }
    }

    private Block unit(int channels, boolean narrows) {
        int stride = narrows ? 2 : 1;
        Block change =
                new SequentialBlock()
                        .add(Images.convolution(channels, 3, stride))
                        .add(normalization.layer())
                        .add(Activation::relu)
                        .add(Images.convolution(channels, 3, 1))
                        .add(normalization.layer());
        Block shortcut =
                narrows
                        ? new SequentialBlock()
                                .add(Images.convolution(channels, 1, stride))
                                .add(normalization.layer())
                        : Blocks.identityBlock();
        return new ParallelBlock(ResidualNetwork::rectifiedSum, List.of(change, shortcut));
    }

    private static NDList rectifiedSum(List<NDList> branches) {
        return new NDList(
                Activation.relu(
                        branches.get(0)
                                .singletonOrThrow()
                                .add(branches.get(1).singletonOrThrow())));
    }
}
