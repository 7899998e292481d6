package dev.tributary.data.table;

import dev.tributary.data.DataException;
import dev.tributary.data.LocalDataset;
import dev.tributary.data.NumberStatistics;
import dev.tributary.data.TableStatistics;
import dev.tributary.data.table.CsvColumn.Kind;

import java.util.List;
import java.util.stream.IntStream;

/**
 * What turns rows of a table into examples, fitted on training rows and then fixed: for test rows,
 * and for other sites, which must have the same features in the same order.
 *
 * <p>Immutable and thread-safe.
 *
 * @param schema what each column is
 * @param encoders one for each feature column, in the schema's order; copied
 * @param labels how the label column is read
 */
record Preprocessor(CsvSchema schema, List<ColumnEncoder> encoders, LabelEncoder labels) {

    /** Copies, and checks that encoders and schema agree. */
    Preprocessor {
        encoders = List.copyOf(encoders);
        List<String> expected = schema.features().stream().map(CsvColumn::name).toList();
        List<String> found = encoders.stream().map(ColumnEncoder::column).toList();
        if (!expected.equals(found)) {
            throw new DataException(
                    "preprocessor: expected encoders for the columns %s, found %s"
                            .formatted(expected, found));
        }
    }

    /**
     * What everybody whose statistics are in the sum should read tables with.
     *
     * @param scaling of the columns of numbers
     * @throws DataException if the columns are not the schema's, or nobody has a number in a column
     */
    static Preprocessor of(
            TableStatistics sum, CsvSchema schema, LabelEncoder labels, Scaling scaling) {
        List<ColumnEncoder> encoders =
                schema.features().stream().map(column -> encoder(column, sum, scaling)).toList();
        return new Preprocessor(schema, encoders, labels);
    }

    private static ColumnEncoder encoder(CsvColumn column, TableStatistics sum, Scaling scaling) {
        NumberStatistics known = sum.numbers().get(column.name());
        List<String> words = sum.categories().get(column.name());
        if (column.kind() == Kind.NUMERIC && known != null) {
            return scaling.of(column.name(), known);
        }
        if (column.kind() == Kind.CATEGORICAL && words != null) {
            return new ColumnEncoder.OneHot(column.name(), words);
        }
        throw new DataException(
                "statistics: expected a %s column \"%s\", found numbers %s and categories %s"
                        .formatted(
                                column.kind(),
                                column.name(),
                                sum.numbers().keySet(),
                                sum.categories().keySet()));
    }

    /** The number of features of an example. */
    int featureCount() {
        return encoders.stream().mapToInt(ColumnEncoder::width).sum();
    }

    /**
     * The labels of all rows.
     *
     * @throws DataException if one is missing or no label
     */
    float[] labels(CsvTable table) {
        int column = table.columnIndex(schema.label());
        float[] values = new float[table.rowCount()];
        for (int row = 0; row < values.length; row++) {
            values[row] = labels.encode(table, row, column);
        }
        return values;
    }

    /**
     * All rows as examples of shape {@code [featureCount]}.
     *
     * @throws DataException if the table's columns are not the schema's, or a value is not what its
     *     column holds
     */
    LocalDataset apply(CsvTable table) {
        return apply(table, IntStream.range(0, table.rowCount()).toArray());
    }

    /**
     * The given rows, in that order, as examples of shape {@code [featureCount]}.
     *
     * @throws DataException as {@link #apply(CsvTable)}
     * @throws IndexOutOfBoundsException if there is no such row
     */
    LocalDataset apply(CsvTable table, int[] rows) {
        schema.check(table);
        return new LocalDataset(
                features(table, rows),
                new long[] {featureCount()},
                labels(table, rows),
                labels.classCount());
    }

    /**
     * All rows as examples whose labels are 0, whether there is a label column or not.
     *
     * @throws DataException as {@link #apply(CsvTable)}
     */
    LocalDataset applyUnlabelled(CsvTable table) {
        schema.checkFeatures(table);
        int[] rows = IntStream.range(0, table.rowCount()).toArray();
        return new LocalDataset(
                features(table, rows),
                new long[] {featureCount()},
                new float[rows.length],
                labels.classCount());
    }

    private float[] features(CsvTable table, int[] rows) {
        int size = featureCount();
        float[] features = new float[Math.multiplyExact(rows.length, size)];
        int offset = 0;
        for (ColumnEncoder encoder : encoders) {
            int column = table.columnIndex(encoder.column());
            for (int i = 0; i < rows.length; i++) {
                encoder.encode(table, rows[i], column, features, i * size + offset);
            }
            offset += encoder.width();
        }
        return features;
    }

    /**
     * Reads a row and forgets it.
     *
     * @throws DataException if a value is not what its column holds
     */
    void check(CsvTable table, int row) {
        LocalDataset unused = apply(table, new int[] {row});
    }

    private float[] labels(CsvTable table, int[] rows) {
        int column = table.columnIndex(schema.label());
        float[] values = new float[rows.length];
        for (int i = 0; i < rows.length; i++) {
            values[i] = labels.encode(table, rows[i], column);
        }
        return values;
    }
}
