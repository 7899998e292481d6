package dev.tributary.models.recommendation;

import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;

import java.util.List;

/**
 * What one of two towers is made of.
 *
 * @param count how many users or items there are
 * @param features how many features one has besides its number
 * @param size of its learned vector
 * @param hidden sizes of the layers behind vector and features
 * @param output size of what it puts out
 */
record Tower(int count, int features, int size, List<Integer> hidden, int output) {

    Block layers() {
        SequentialBlock block = new SequentialBlock();
        for (int units : hidden) {
            block.add(Linear.builder().setUnits(units).build()).add(Activation::relu);
        }
        return block.add(Linear.builder().setUnits(output).build());
    }
}
