package dev.tributary.models.resnet;

import ai.djl.ndarray.types.Shape;

import dev.tributary.models.catalog.ModelContext;
import dev.tributary.models.catalog.ModelDefinition;
import dev.tributary.models.catalog.ModelFactory;
import dev.tributary.models.catalog.TypicalTask;
import dev.tributary.models.layers.Images;
import dev.tributary.models.layers.Normalization;

import java.util.List;
import java.util.Map;

/**
 * ResNet-18 (He et al., 2016): four stages of two units, 64 to 512 channels; about 11.2 million
 * parameters. Images below 128 x 128 get the stem that is usual for CIFAR, one 3 x 3 convolution.
 */
public final class ResNet18Factory implements ModelFactory {
    private static final String WIDTH = "width";
    private static final int SMALLEST = 8;

    /** For the service loader. */
    public ResNet18Factory() {}

    @Override
    public String name() {
        return "resnet18";
    }

    @Override
    public String description() {
        return "ResNet-18, group or batch normalization";
    }

    @Override
    public Map<String, String> options() {
        return Map.of(
                Normalization.OPTION,
                Normalization.LINE,
                WIDTH,
                "channels of the first stage, each further one having twice as many; 64 by"
                        + " default");
    }

    @Override
    public TypicalTask typicalTask() {
        return TypicalTask.PHOTOS;
    }

    @Override
    public ModelDefinition create(ModelContext context) {
        Shape image = Images.shape(context, SMALLEST);
        ResidualNetwork network =
                new ResidualNetwork(
                        context.size(WIDTH, 64), List.of(2, 2, 2, 2), Normalization.of(context));
        return ModelDefinition.of(context, () -> network.block(image, context.outputs()));
    }
}
