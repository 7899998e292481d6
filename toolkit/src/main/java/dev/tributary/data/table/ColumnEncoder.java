package dev.tributary.data.table;

import dev.tributary.data.DataException;

import java.util.Collections;
import java.util.List;
import java.util.TreeSet;

/**
 * How one column of a table becomes features, as learned from training rows.
 *
 * <p>Immutable and thread-safe.
 */
sealed interface ColumnEncoder {

    /** The name of the column. */
    String column();

    /**
     * Writes the features of one value.
     *
     * @param table the table that holds the value
     * @param row its row
     * @param columnIndex its column, which is {@link #column()}
     * @param target where to write; the places from the offset on are zero
     * @param offset the first place
     * @throws DataException if the value is not what this column holds
     */
    void encode(CsvTable table, int row, int columnIndex, float[] target, int offset);

    /** The number of features. */
    int width();

    /**
     * A number, minus the center, divided by the spread; a missing one is the center, so 0.
     *
     * @param column the name of the column
     * @param center what becomes 0
     * @param spread what becomes a distance of 1; not 0
     */
    record Scaled(String column, double center, double spread) implements ColumnEncoder {

        @Override
        public int width() {
            return 1;
        }

        @Override
        public void encode(CsvTable table, int row, int columnIndex, float[] target, int offset) {
            if (table.isMissing(row, columnIndex)) {
                return;
            }
            float value = (float) ((Numbers.at(table, row, columnIndex) - center) / spread);
            if (!Float.isFinite(value)) {
                throw table.wrong(
                        row,
                        columnIndex,
                        "a number that fits float32 after (x - %s) / %s".formatted(center, spread));
            }
            target[offset] = value;
        }
    }

    /**
     * One feature for each category, and a last one for a missing value; the value's is 1, the
     * others 0.
     *
     * <p>The place for missing values is always there, so that a column has the same width at a
     * site whose rows are complete.
     *
     * @param column the name of the column
     * @param categories the known training values, sorted
     */
    record OneHot(String column, List<String> categories) implements ColumnEncoder {

        /** Copies and checks the order. */
        public OneHot {
            categories = List.copyOf(categories);
            if (!List.copyOf(new TreeSet<>(categories)).equals(categories)) {
                throw new DataException(
                        "column \"%s\": expected categories that differ, sorted, found %s"
                                .formatted(column, categories));
            }
        }

        @Override
        public int width() {
            return categories.size() + 1;
        }

        @Override
        public void encode(CsvTable table, int row, int columnIndex, float[] target, int offset) {
            int place = categories.size();
            if (!table.isMissing(row, columnIndex)) {
                place = Collections.binarySearch(categories, table.text(row, columnIndex));
            }
            if (place < 0) {
                throw table.wrong(row, columnIndex, "a category among " + categories);
            }
            target[offset + place] = 1;
        }
    }

    /** The known values of a column, each once, sorted. */
    static List<String> distinct(CsvTable table, int column) {
        TreeSet<String> values = new TreeSet<>();
        for (int row = 0; row < table.rowCount(); row++) {
            if (!table.isMissing(row, column)) {
                values.add(table.text(row, column));
            }
        }
        return List.copyOf(values);
    }
}
