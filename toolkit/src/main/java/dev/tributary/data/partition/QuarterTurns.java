package dev.tributary.data.partition;

import dev.tributary.data.DataException;
import dev.tributary.data.LocalDataset;
import dev.tributary.random.RandomStreams;

import java.util.Arrays;

/**
 * Client k, from 0, sees its images turned counterclockwise by k quarters: the rotated MNIST of
 * Ghosh et al., "An Efficient Framework for Clustered Federated Learning" (2020).
 */
record QuarterTurns() implements FeatureSkew {

    @Override
    public LocalDataset apply(LocalDataset data, int client, int clients, RandomStreams streams) {
        long[] shape = data.featureShape();
        if (shape.length != 3 || shape[1] != shape[2]) {
            throw new DataException(
                    "rotation: expected square images [channels, side, side], found "
                            + Arrays.toString(shape));
        }
        float[] features = data.features();
        for (int turn = 0; turn < client % 4; turn++) {
            features = turned(features, (int) shape[1]);
        }
        return new LocalDataset(features, shape, data.labels(), data.classCount());
    }

    /** The right column becomes the top row. */
    private static float[] turned(float[] images, int side) {
        float[] turned = new float[images.length];
        for (int i = 0; i < images.length; i++) {
            int channel = i / (side * side);
            int y = i / side % side;
            int x = i % side;
            turned[i] = images[(channel * side + x) * side + side - 1 - y];
        }
        return turned;
    }
}
