package dev.tributary.data;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A data set with a training and a test part, of which a process loads only what it needs.
 *
 * <p>Implementations are deterministic: the same options give the same examples in the same order
 * in every process. Thread-safe.
 */
public interface DatasetSource {

    /** The shape of one example's features. */
    long[] featureShape();

    /** The number of classes; 0 for regression. */
    int classCount();

    /**
     * The labels of all training examples, in order; a copy.
     *
     * <p>Cheap next to {@link #train}: partitioners need the labels of everybody.
     */
    float[] trainLabels();

    /**
     * The training examples at the given indices, in that order.
     *
     * @param indices positions in {@link #trainLabels()}
     * @throws IndexOutOfBoundsException if there is no such example
     */
    LocalDataset train(int[] indices);

    /** All examples of the held-out test part. */
    LocalDataset test();

    /**
     * What the classes are called, in order, or the labels where classes are sets of labels; their
     * numbers by default.
     */
    default List<String> classNames() {
        return IntStream.range(0, classCount()).mapToObj(Integer::toString).toList();
    }

    /**
     * Examples from another file of the same kind, to be predicted: nobody has to know their
     * labels, and each is 0.
     *
     * @throws DataException if the data is no table, or the file does not hold what the training
     *     rows do
     */
    default LocalDataset unlabelled(Path file) {
        throw new DataException("rows to predict: expected data with named columns, found none");
    }

    /**
     * To which group each training example belongs by a column, in order: the position of its value
     * among the column's values, sorted; one more than the last where it is missing.
     *
     * @throws DataException if the data has no such column
     */
    default float[] trainGroups(String column) {
        throw new DataException(
                "column \"%s\": expected data with named columns, found none".formatted(column));
    }

    /**
     * The same data, read as sites agreed by the sum of what each {@linkplain #statistics told}.
     *
     * @throws DataException if the data is no table, or one of other columns
     */
    default DatasetSource agreeing(TableStatistics sum) {
        throw new DataException("statistics: expected data with named columns, found none");
    }

    /**
     * What a site with these training examples tells the others, so that all read tables alike.
     *
     * @param indices positions in {@link #trainLabels()}
     * @throws DataException if the data is no table
     */
    default TableStatistics statistics(int[] indices) {
        throw new DataException("statistics: expected data with named columns, found none");
    }
}
