package dev.tributary.models.catalog;

import ai.djl.nn.Parameter;

import dev.tributary.parameters.TensorSpec;

import java.util.SplittableRandom;

/**
 * Says what values a tensor has before the first round.
 *
 * <p>Implementations draw from the given stream only, so that the values depend on the run's seed
 * and the tensor and on nothing else.
 */
@FunctionalInterface
public interface ParameterInitializer {

    /**
     * The initial values of one tensor.
     *
     * @param tensor its name and shape
     * @param type DJL's type of the parameter
     * @param output whether it is the last weight, whose outputs are not rectified
     * @param random the tensor's own stream
     * @param values filled; zeros at first; {@code tensor.size()} elements
     */
    void fill(
            TensorSpec tensor,
            Parameter.Type type,
            boolean output,
            SplittableRandom random,
            float[] values);
}
