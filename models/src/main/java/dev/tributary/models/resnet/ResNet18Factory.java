package dev.tributary.models.resnet;

import dev.tributary.models.catalog.ModelContext;
import dev.tributary.models.catalog.ModelDefinition;
import dev.tributary.models.catalog.ModelFactory;
import dev.tributary.models.catalog.TypicalTask;

import java.util.List;
import java.util.Map;

/**
 * ResNet-18 (He et al., 2016): four stages of two units, 64 to 512 channels; about 11.2 million
 * parameters. Images below 128 x 128 get the stem that is usual for CIFAR, one 3 x 3 convolution.
 */
public final class ResNet18Factory implements ModelFactory {
    private static final int WIDTH = 64;

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
        return ResidualNetwork.options(WIDTH);
    }

    @Override
    public TypicalTask typicalTask() {
        return TypicalTask.PHOTOS;
    }

    @Override
    public ModelDefinition create(ModelContext context) {
        return ResidualNetwork.define(context, WIDTH, List.of(2, 2, 2, 2));
    }
}
