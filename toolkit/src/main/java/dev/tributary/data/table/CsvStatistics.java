package dev.tributary.data.table;

import dev.tributary.data.NumberStatistics;
import dev.tributary.data.TableStatistics;
import dev.tributary.data.table.CsvColumn.Kind;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;

/** The {@link TableStatistics} of tables in CSV files. */
final class CsvStatistics {
    private CsvStatistics() {}

    /**
     * Of a whole table.
     *
     * @throws dev.tributary.data.DataException if its columns are not the schema's, or a value is
     *     no number where one must be
     */
    static TableStatistics of(CsvTable table, CsvSchema schema) {
        return of(table, schema, IntStream.range(0, table.rowCount()).toArray());
    }

    /**
     * Of some rows of a table.
     *
     * @throws dev.tributary.data.DataException as {@link #of(CsvTable, CsvSchema)}
     * @throws IndexOutOfBoundsException if there is no such row
     */
    static TableStatistics of(CsvTable table, CsvSchema schema, int[] rows) {
        schema.check(table);
        Map<String, NumberStatistics> numbers = new TreeMap<>();
        Map<String, List<String>> categories = new TreeMap<>();
        for (CsvColumn column : schema.features()) {
            int index = table.columnIndex(column.name());
            if (column.kind() == Kind.NUMERIC) {
                numbers.put(column.name(), numbers(table, index, rows));
            } else {
                categories.put(column.name(), words(table, index, rows));
            }
        }
        return new TableStatistics(rows.length, numbers, categories);
    }

    private static NumberStatistics numbers(CsvTable table, int column, int[] rows) {
        return NumberStatistics.of(
                Arrays.stream(rows)
                        .filter(row -> !table.isMissing(row, column))
                        .mapToDouble(row -> Numbers.at(table, row, column))
                        .toArray());
    }

    private static List<String> words(CsvTable table, int column, int[] rows) {
        TreeSet<String> words = new TreeSet<>();
        for (int row : rows) {
            if (!table.isMissing(row, column)) {
                words.add(table.text(row, column));
            }
        }
        return List.copyOf(words);
    }
}
