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
 * ResNet-20 for CIFAR (He et al., 2016, section 4.2): three stages of three units, 16 to 64
 * channels; about 272,000 parameters.
 */
public final class ResNet20Factory implements ModelFactory {
    private static final String WIDTH = "width";
    private static final int SMALLEST = 8;

    /** For the service loader. */
    public ResNet20Factory() {}

    @Override
    public String name() {
        return "resnet20";
    }

    @Override
    public String description() {
        return "ResNet-20 in the CIFAR style, group or batch normalization";
    }

    @Override
    public Map<String, String> options() {
        return Map.of(
                Normalization.OPTION,
                Normalization.LINE,
                WIDTH,
                "channels of the first stage, each further one having twice as many; 16 by"
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
                        context.size(WIDTH, 16), List.of(3, 3, 3), Normalization.of(context));
        return ModelDefinition.of(context, () -> network.block(image, context.outputs()));
    }
}
