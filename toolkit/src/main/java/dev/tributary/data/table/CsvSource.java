package dev.tributary.data.table;

import dev.tributary.data.DatasetSource;
import dev.tributary.data.LocalDataset;
import dev.tributary.data.TableStatistics;

import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Training and test tables behind one preprocessor, which was fitted on the training rows.
 *
 * @param preprocessor turns rows into examples
 * @param scaling of its columns of numbers
 * @param train the training rows
 * @param testTable gives the test rows, when they are asked for
 * @param reader reads another file of the kind
 */
record CsvSource(
        Preprocessor preprocessor,
        Scaling scaling,
        CsvTable train,
        Supplier<CsvTable> testTable,
        Function<Path, CsvTable> reader)
        implements DatasetSource {

    @Override
    public long[] featureShape() {
        return new long[] {preprocessor.featureCount()};
    }

    @Override
    public int classCount() {
        return preprocessor.labels().classCount();
    }

    @Override
    public float[] trainLabels() {
        return preprocessor.labels(train);
    }

    @Override
    public LocalDataset train(int[] indices) {
        return preprocessor.apply(train, indices);
    }

    @Override
    public LocalDataset test() {
        return preprocessor.apply(testTable.get());
    }

    @Override
    public List<String> classNames() {
        return preprocessor.labels().names();
    }

    @Override
    public LocalDataset unlabelled(Path file) {
        return preprocessor.applyUnlabelled(reader.apply(file));
    }

    @Override
    public float[] trainGroups(String column) {
        int index = train.columnIndex(column);
        List<String> values = ColumnEncoder.distinct(train, index);
        float[] groups = new float[train.rowCount()];
        for (int row = 0; row < groups.length; row++) {
            groups[row] =
                    train.isMissing(row, index)
                            ? values.size()
                            : Collections.binarySearch(values, train.text(row, index));
        }
        return groups;
    }

    @Override
    public DatasetSource agreeing(TableStatistics sum) {
        Preprocessor agreed =
                Preprocessor.of(sum, preprocessor.schema(), preprocessor.labels(), scaling);
        return new CsvSource(agreed, scaling, train, testTable, reader);
    }

    @Override
    public TableStatistics statistics(int[] indices) {
        return CsvStatistics.of(train, preprocessor.schema(), indices);
    }
}
