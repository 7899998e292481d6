package dev.tributary.models.lenet;

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

import java.util.Map;

/**
 * LeNet-5 (LeCun et al., 1998) with rectifiers and max pooling, as it is used today: convolutions
 * of 6 and 16 channels, fully connected layers of 120 and 84; 61,706 parameters on MNIST.
 */
public final class LeNet5Factory implements ModelFactory {
    private static final int SMALLEST = 12;

    /** For the service loader. */
    public LeNet5Factory() {}

    @Override
    public String name() {
        return "lenet5";
    }

    @Override
    public String description() {
        return "LeNet-5 with rectifiers, on images channels,height,width";
    }

    @Override
    public Map<String, String> options() {
        return Map.of();
    }

    @Override
    public ModelDefinition create(ModelContext context) {
        Shape image = Images.shape(context, SMALLEST);
        return ModelDefinition.of(context, () -> block(image, context.outputs()));
    }

    private static Block block(Shape image, int outputs) {
        return new SequentialBlock()
                .add(Inputs.shapedAs(image))
                .add(convolution(6, 2))
                .add(Activation::relu)
                .add(Pool.maxPool2dBlock(new Shape(2, 2), new Shape(2, 2)))
                .add(convolution(16, 0))
                .add(Activation::relu)
                .add(Pool.maxPool2dBlock(new Shape(2, 2), new Shape(2, 2)))
                .add(Blocks.batchFlattenBlock())
                .add(Linear.builder().setUnits(120).build())
                .add(Activation::relu)
                .add(Linear.builder().setUnits(84).build())
                .add(Activation::relu)
                .add(Linear.builder().setUnits(outputs).build());
    }

    private static Block convolution(int channels, int padding) {
        return Conv2d.builder()
                .setKernelShape(new Shape(5, 5))
                .optPadding(new Shape(padding, padding))
                .setFilters(channels)
                .build();
    }
}
