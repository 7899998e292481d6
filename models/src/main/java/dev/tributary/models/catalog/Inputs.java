package dev.tributary.models.catalog;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.LambdaBlock;

/** First layers that take features in any shape of the right size. */
public final class Inputs {
    private Inputs() {}

    /**
     * Gives the next layer {@code [batch, example...]}; costs next to nothing if it comes so.
     *
     * @param example the shape of one example
     */
    public static Block shapedAs(Shape example) {
        return new LambdaBlock(features -> shape(features, example), "shapedAs");
    }

    private static NDList shape(NDList features, Shape example) {
        NDArray array = features.singletonOrThrow();
        Shape found = array.getShape();
        return found.slice(1).equals(example)
                ? features
                : new NDList(array.reshape(new Shape(found.get(0)).addAll(example)));
    }
}
