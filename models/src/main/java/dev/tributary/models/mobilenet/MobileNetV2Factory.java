package dev.tributary.models.mobilenet;

import ai.djl.basicmodelzoo.cv.classification.MobileNetV2;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;

import dev.tributary.models.catalog.Inputs;
import dev.tributary.models.catalog.ModelContext;
import dev.tributary.models.catalog.ModelDefinition;
import dev.tributary.models.catalog.ModelFactory;
import dev.tributary.models.catalog.TypicalTask;
import dev.tributary.models.layers.Images;

import java.util.Map;

/**
 * MobileNetV2 (Sandler et al., 2018), DJL's: inverted residuals with BatchNorm; about 2.3 million
 * parameters for 10 classes.
 *
 * <p>Images below 128 x 128 are halved three times instead of five, as is usual for CIFAR.
 */
public final class MobileNetV2Factory implements ModelFactory {
    private static final String WIDTH = "width";
    private static final int LARGE = 128;
    private static final int SMALLEST = 8;
    private static final int[] CHANNELS = {32, 16, 24, 32, 64, 96, 160, 320, 1280};
    private static final int[] LARGE_STRIDES = {2, 1, 2, 2, 2, 1, 2, 1, 1};
    private static final int[] SMALL_STRIDES = {1, 1, 1, 2, 2, 1, 2, 1, 1};

    /** For the service loader. */
    public MobileNetV2Factory() {}

    @Override
    public String name() {
        return "mobilenetv2";
    }

    @Override
    public String description() {
        return "MobileNetV2, on images channels,height,width";
    }

    @Override
    public Map<String, String> options() {
        return Map.of(WIDTH, "the factor of the paper's channels, in [0.05, 4], 1 by default");
    }

    @Override
    public TypicalTask typicalTask() {
        return TypicalTask.PHOTOS;
    }

    @Override
    public ModelDefinition create(ModelContext context) {
        Shape image = Images.shape(context, SMALLEST);
        double width = context.number(WIDTH, 1, 0.05, 4);
        return ModelDefinition.of(context, () -> block(image, width, context.outputs()));
    }

    private static Block block(Shape image, double width, int outputs) {
        int[] channels = new int[CHANNELS.length];
        for (int i = 0; i < channels.length; i++) {
            channels[i] = (int) Math.max(4, Math.round(CHANNELS[i] * width));
        }
        boolean large = Math.min(image.get(1), image.get(2)) >= LARGE;
        return new SequentialBlock()
                .add(Inputs.shapedAs(image))
                .add(
                        MobileNetV2.builder()
                                .setOutSize(outputs)
                                .optFilters(channels)
                                .optStrides((large ? LARGE_STRIDES : SMALL_STRIDES).clone())
                                .build());
    }
}
