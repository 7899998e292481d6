package dev.tributary.models.resnet;

import dev.tributary.models.catalog.ModelContext;
import dev.tributary.models.catalog.ModelDefinition;
import dev.tributary.models.catalog.ModelFactory;
import dev.tributary.models.catalog.TypicalTask;

import java.util.List;
import java.util.Map;

/**
 * ResNet-20 for CIFAR (He et al., 2016, section 4.2): three stages of three units, 16 to 64
 * channels; about 272,000 parameters.
 */
public final class ResNet20Factory implements ModelFactory {
    private static final int WIDTH = 16;

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
        return ResidualNetwork.options(WIDTH);
    }

    @Override
    public TypicalTask typicalTask() {
        return TypicalTask.PHOTOS;
    }

    @Override
    public ModelDefinition create(ModelContext context) {
        return ResidualNetwork.define(context, WIDTH, List.of(3, 3, 3));
    }
}
