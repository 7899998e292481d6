package dev.tributary.data;

/**
 * Labelled examples of which the features are read in pieces, so that they may be more than memory
 * holds.
 *
 * <p>Labels are in memory. Deterministic: an example is the same each time. Thread-safe.
 */
public interface ExampleReader {

    /** One label per example; not a copy: do not change them. */
    float[] labels();

    /** The shape of one example's features. */
    long[] featureShape();

    /** The number of classes; 0 for regression. */
    int classCount();

    /**
     * The examples at the given positions, in that order.
     *
     * @throws DataException if they cannot be read
     * @throws IndexOutOfBoundsException if there is no such example
     */
    LocalDataset read(int[] positions);

    /** A share of the training examples of a data set, read from it when they are asked for. */
    static ExampleReader of(DatasetSource source, int[] share) {
        return new SourceReader(source, share);
    }
}
