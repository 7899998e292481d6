package dev.tributary.data.array;

import dev.tributary.data.DataException;
import dev.tributary.data.LocalDataset;
import dev.tributary.parameters.SafetensorsHeader.Entry;

import java.util.Objects;
import java.util.stream.IntStream;

/**
 * The features and labels of a part: labels in memory, features in the file.
 *
 * @param file holds both
 * @param features the name of the features' tensor
 * @param labels one for each row; not copied
 */
record ArrayPart(ArrayFile file, String features, float[] labels) {

    /**
     * Reads the labels.
     *
     * @throws DataException if the tensors do not have a row for each other's
     */
    static ArrayPart open(ArrayFile file, String features, String labels) {
        long rows = file.tensor(features).shape().get(0);
        Entry entry = file.tensor(labels);
        long values = entry.shape().stream().reduce(1L, Math::multiplyExact);
        if (values != rows || entry.shape().get(0) != rows || rows > Integer.MAX_VALUE - 8) {
            throw new DataException(
                    "%s: expected a label for each of %,d rows of \"%s\", found \"%s\" of shape %s"
                            .formatted(file.path(), rows, features, labels, entry.shape()));
        }
        int[] all = IntStream.range(0, (int) rows).toArray();
        return new ArrayPart(file, features, file.rows(labels, all));
    }

    /** The shape of one example's features. */
    long[] shape() {
        long[] shape =
                file.tensor(features).shape().stream().skip(1).mapToLong(Long::longValue).toArray();
        return shape.length == 0 ? new long[] {1} : shape;
    }

    /** One more than the largest label. */
    int largestClass() {
        float largest = 0;
        for (float label : labels) {
            largest = Math.max(largest, label);
        }
        return (int) largest + 1;
    }

    /**
     * Checks that all labels are classes.
     *
     * @throws DataException naming the first that is none
     */
    ArrayPart checked(int classCount) {
        for (int i = 0; classCount > 0 && i < labels.length; i++) {
            boolean valid =
                    labels[i] >= 0 && labels[i] < classCount && labels[i] == Math.rint(labels[i]);
            if (!valid) {
                throw new DataException(
                        "%s, row %d: expected a class in [0, %d), found %s"
                                .formatted(file.path(), i, classCount, labels[i]));
            }
        }
        return this;
    }

    LocalDataset load(int[] indices, int classCount) {
        float[] chosen = new float[indices.length];
        for (int i = 0; i < indices.length; i++) {
            chosen[i] = labels[Objects.checkIndex(indices[i], labels.length)];
        }
        return new LocalDataset(file.rows(features, indices), shape(), chosen, classCount);
    }

    LocalDataset load(int classCount) {
        return load(IntStream.range(0, labels.length).toArray(), classCount);
    }
}
