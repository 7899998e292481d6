package dev.tributary.data.table;

import dev.tributary.data.DataException;

import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * The text of a CSV file: named columns, and rows that all have as many values.
 *
 * <p>Immutable and thread-safe. Rows count from 0 here, and from 1 in messages, the header not
 * counted.
 */
public final class CsvTable {
    private final String source;
    private final List<String> columns;
    private final List<String[]> rows;
    private final Set<String> missing;

    CsvTable(String source, List<String> columns, List<String[]> rows, Set<String> missing) {
        this.source = source;
        this.columns = List.copyOf(columns);
        this.rows = List.copyOf(rows);
        this.missing = Set.copyOf(missing);
    }

    /** Where it was read from, as messages begin. */
    public String source() {
        return source;
    }

    /** The names of the columns, in the file's order. */
    public List<String> columns() {
        return columns;
    }

    /** The number of rows, at least 1. */
    public int rowCount() {
        return rows.size();
    }

    /**
     * The position of a column.
     *
     * @throws DataException if there is none of that name
     */
    public int columnIndex(String column) {
        int index = columns.indexOf(column);
        if (index < 0) {
            throw new DataException(
                    "%s: expected a column \"%s\", found %s".formatted(source, column, columns));
        }
        return index;
    }

    /**
     * A value as it stands in the file, without spaces around it.
     *
     * @throws IndexOutOfBoundsException if there is no such row or column
     */
    public String text(int row, int column) {
        return rows.get(row)[column];
    }

    /** Whether a value is not known: empty, or one of the dialect's words for that. */
    public boolean isMissing(int row, int column) {
        String text = text(row, column);
        return text.isEmpty() || missing.contains(text);
    }

    /**
     * The same table with one column rewritten.
     *
     * @throws DataException if there is no such column
     */
    public CsvTable map(String column, UnaryOperator<String> change) {
        int index = columnIndex(column);
        List<String[]> changed =
                rows.stream()
                        .map(
                                row -> {
                                    String[] copy = row.clone();
                                    copy[index] = change.apply(copy[index]);
                                    return copy;
                                })
                        .toList();
        return new CsvTable(source, columns, changed, missing);
    }

    /** The failure of a value, saying where it stands. */
    DataException wrong(int row, int column, String expected) {
        return new DataException(
                "%s, row %d, column \"%s\": expected %s, found %s"
                        .formatted(
                                source,
                                row + 1,
                                columns.get(column),
                                expected,
                                isMissing(row, column)
                                        ? "a missing value"
                                        : '"' + text(row, column) + '"'));
    }
}
