package dev.tributary.models.layers;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.convolutional.Conv2d;

import dev.tributary.models.catalog.ModelContext;
import dev.tributary.models.catalog.ModelException;

/** What networks on images have in common. */
public final class Images {
    private Images() {}

    /**
     * The input as {@code [channels, height, width]}, from that or from {@code [height, width]}.
     *
     * @param smallest the least height and width
     * @throws ModelException if it is no image, or too small
     */
    public static Shape shape(ModelContext context, long smallest) {
        Shape input = context.forInput("channels,height,width", "height,width").input();
        Shape image = input.dimension() == 2 ? new Shape(1).addAll(input) : input;
        if (image.get(1) < smallest || image.get(2) < smallest) {
            throw new ModelException(
                    "model %s, input: expected height and width of at least %d, found %s"
                            .formatted(context.model(), smallest, image));
        }
        return image;
    }

    /** A convolution without a bias, for a normalization follows, that keeps the size. */
    public static Conv2d convolution(int channels, int kernel, int stride) {
        return Conv2d.builder()
                .setKernelShape(new Shape(kernel, kernel))
                .optPadding(new Shape(kernel / 2, kernel / 2))
                .optStride(new Shape(stride, stride))
                .setFilters(channels)
                .optBias(false)
                .build();
    }
}
