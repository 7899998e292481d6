package dev.tributary.data.table;

import dev.tributary.data.BadExamples;
import dev.tributary.data.DataException;
import dev.tributary.words.NearestWord;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * The text of a CSV file: named columns, and rows that all have as many values.
 *
 * <p>Immutable and thread-safe. Rows count from 0 here; messages give them the numbers that they
 * have where they come from, from 1, the header not counted.
 */
final class CsvTable {
    /** A row's values, and its number in messages. */
    record Row(int number, String[] values) {}

    private final String source;
    private final List<String> columns;
    private final List<Row> rows;
    private final Set<String> missing;

    private CsvTable(String source, List<String> columns, List<Row> rows, Set<String> missing) {
        this.source = source;
        this.columns = List.copyOf(columns);
        this.rows = List.copyOf(rows);
        this.missing = Set.copyOf(missing);
    }

    /** Where it was read from, as messages begin. */
    String source() {
        return source;
    }

    /** The names of the columns, in the file's order. */
    List<String> columns() {
        return columns;
    }

    /** The number of rows. */
    int rowCount() {
        return rows.size();
    }

    /**
     * The position of a column.
     *
     * @throws DataException if there is none of that name
     */
    int columnIndex(String column) {
        int index = columns.indexOf(column);
        if (index < 0) {
            throw new DataException(
                    "%s: expected a column \"%s\", found %s%s"
                            .formatted(source, column, columns, hint(column)));
        }
        return index;
    }

    private String hint(String missing) {
        if (columns.size() == 1) {
            return ", which is one column; is the separator right?";
        }
        return NearestWord.of(missing, columns)
                .map(near -> "; perhaps \"%s\" is meant".formatted(near))
                .orElse("");
    }

    /**
     * A value as it stands in the file, without spaces around it.
     *
     * @throws IndexOutOfBoundsException if there is no such row or column
     */
    String text(int row, int column) {
        return rows.get(row).values[column];
    }

    /** Whether a value is not known: empty, or one of the dialect's words for that. */
    boolean isMissing(int row, int column) {
        String text = text(row, column);
        return text.isEmpty() || missing.contains(text);
    }

    /**
     * The same table with one column rewritten.
     *
     * @throws DataException if there is no such column
     */
    CsvTable map(String column, UnaryOperator<String> change) {
        int index = columnIndex(column);
        List<Row> changed =
                rows.stream()
                        .map(
                                row -> {
                                    String[] copy = row.values.clone();
                                    copy[index] = change.apply(copy[index]);
                                    return new Row(row.number, copy);
                                })
                        .toList();
        return new CsvTable(source, columns, changed, missing);
    }

    /** Reads a row, to see whether that can be done. */
    @FunctionalInterface
    interface RowCheck {
        /**
         * Reads a row.
         *
         * @throws DataException if it is bad
         */
        void check(CsvTable table, int row);
    }

    /**
     * The same table without the rows that a check refuses, if bad rows are skipped; else the table
     * itself, whose bad rows are then refused by who reads them.
     */
    CsvTable without(BadExamples bad, RowCheck check) {
        if (!bad.skip()) {
            return this;
        }
        List<Row> good = new ArrayList<>();
        for (int row = 0; row < rows.size(); row++) {
            try {
                check.check(this, row);
                good.add(rows.get(row));
            } catch (DataException e) {
                bad.add(e);
            }
        }
        return new CsvTable(source, columns, good, missing);
    }

    /**
     * A table of what was read.
     *
     * @throws DataException if two columns have one name
     */
    static CsvTable of(String source, List<String> columns, List<Row> rows, Set<String> missing) {
        if (new HashSet<>(columns).size() < columns.size()) {
            throw new DataException(
                    source + ": expected columns of different names, found " + columns);
        }
        return new CsvTable(source, columns, rows, missing);
    }

    /** The failure of a value, saying where it stands. */
    DataException wrong(int row, int column, String expected) {
        return new DataException(
                "%s, data row %d, column \"%s\": expected %s, found %s"
                        .formatted(
                                source,
                                rows.get(row).number,
                                columns.get(column),
                                expected,
                                isMissing(row, column)
                                        ? "a missing value"
                                        : '"' + text(row, column) + '"'));
    }
}
