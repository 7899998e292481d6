package dev.tributary.models.cnn;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.pooling.Pool;

import dev.tributary.models.catalog.Inputs;
import dev.tributary.models.catalog.ModelContext;
import dev.tributary.models.catalog.ModelDefinition;
import dev.tributary.models.catalog.ModelFactory;
import dev.tributary.models.layers.Images;

import java.util.List;
import java.util.Map;

/**
 * The CNN of McMahan et al. (2017): two 5 x 5 convolutions (32 and 64 channels, each followed by a
 * rectifier and 2 x 2 max pooling), a fully connected layer of 512, and the output; 1,663,370
 * parameters on MNIST.
 *
 * <p>Convolutions keep height and width. Features may come flat if the {@code input} option gives
 * the image's shape.
 */
public final class CnnFactory implements ModelFactory {
    private static final String CHANNELS = "channels";
    private static final String HIDDEN = "hidden";

    /** For the service loader. */
    public CnnFactory() {}

    @Override
    public String name() {
        return "cnn";
    }

    @Override
    public String description() {
        return "the FedAvg paper's convolutional network, on images channels,height,width";
    }

    @Override
    public Map<String, String> options() {
        return Map.of(
                CHANNELS, "channels of the convolutions, each halving the image; 32,64 by default",
                HIDDEN, "sizes of the fully connected layers, or none; 512 by default");
    }

    @Override
    public ModelDefinition create(ModelContext context) {
        List<Integer> channels = context.sizes(CHANNELS, List.of(32, 64));
        List<Integer> hidden = context.sizes(HIDDEN, List.of(512));
        Shape image = Images.shape(context, 1L << channels.size());
        return ModelDefinition.of(context, () -> block(image, channels, hidden, context.outputs()));
    }

    private static Block block(
            Shape image, List<Integer> channels, List<Integer> hidden, int outputs) {
        SequentialBlock block = new SequentialBlock().add(Inputs.shapedAs(image));
        for (int count : channels) {
            block.add(
                            Conv2d.builder()
                                    .setKernelShape(new Shape(5, 5))
                                    .optPadding(new Shape(2, 2))
                                    .setFilters(count)
                                    .build())
                    .add(Activation::relu)
                    .add(Pool.maxPool2dBlock(new Shape(2, 2), new Shape(2, 2)));
        }
        block.add(Blocks.batchFlattenBlock());
        for (int size : hidden) {
            block.add(Linear.builder().setUnits(size).build()).add(Activation::relu);
        }
        return block.add(Linear.builder().setUnits(outputs).build());
    }
}
