package dev.tributary.data.table;

import dev.tributary.data.DataException;
import dev.tributary.data.table.CsvColumn.Kind;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What each column of a table is: exactly one label and at least one feature.
 *
 * <p>Every column of a file must be in the schema, and the reverse: what is not wanted is {@link
 * Kind#IGNORED} by name, so that nothing is dropped in silence.
 *
 * @param columns all columns, the features being in this order; copied
 */
record CsvSchema(List<CsvColumn> columns) {

    /** Copies, and checks that names differ and that label and features are there. */
    CsvSchema {
        columns = List.copyOf(columns);
        if (names(columns).stream().distinct().count() < columns.size()) {
            throw new DataException(
                    "CSV schema: expected columns of different names, found " + names(columns));
        }
        long labels = columns.stream().filter(column -> column.kind() == Kind.LABEL).count();
        if (labels != 1) {
            throw new DataException(
                    "CSV schema: expected one label column, found %d among %s"
                            .formatted(labels, names(columns)));
        }
        if (columns.stream().noneMatch(CsvSchema::isFeature)) {
            throw new DataException(
                    "CSV schema: expected at least one numeric or categorical column, found none"
                            + " among "
                            + names(columns));
        }
    }

    /**
     * The schema of a table of which only some columns are described: the others are numeric if all
     * their known values are numbers, else categorical.
     *
     * @param described columns of the table, the label among them
     * @throws DataException if a described column is not in the table, or there is no label
     */
    static CsvSchema infer(CsvTable table, List<CsvColumn> described) {
        described.forEach(column -> table.columnIndex(column.name()));
        List<CsvColumn> columns = new ArrayList<>();
        for (String name : table.columns()) {
            columns.add(
                    described.stream()
                            .filter(column -> column.name().equals(name))
                            .findFirst()
                            .orElseGet(() -> new CsvColumn(name, inferKind(table, name))));
        }
        return new CsvSchema(columns);
    }

    /** The label's name. */
    String label() {
        return columns.stream()
                .filter(column -> column.kind() == Kind.LABEL)
                .map(CsvColumn::name)
                .findFirst()
                .orElseThrow();
    }

    /** The numeric and categorical columns. */
    List<CsvColumn> features() {
        return columns.stream().filter(CsvSchema::isFeature).toList();
    }

    /**
     * Checks that a table has just these columns, in any order.
     *
     * @throws DataException naming the columns that one has and the other has not
     */
    void check(CsvTable table) {
        List<String> lacking = new ArrayList<>(names(columns));
        lacking.removeAll(table.columns());
        List<String> surplus = new ArrayList<>(table.columns());
        surplus.removeAll(names(columns));
        if (!lacking.isEmpty() || !surplus.isEmpty()) {
            throw new DataException(
                    "%s: expected the columns %s, found none of %s, and unknown %s"
                            .formatted(table.source(), names(columns), lacking, surplus));
        }
    }

    /**
     * Checks that a table has the feature columns; others do not matter.
     *
     * @throws DataException naming the columns that are not there
     */
    void checkFeatures(CsvTable table) {
        List<String> lacking = new ArrayList<>(names(features()));
        lacking.removeAll(table.columns());
        if (!lacking.isEmpty()) {
            throw new DataException(
                    "%s: expected the columns %s, found none of %s"
                            .formatted(table.source(), names(features()), lacking));
        }
    }

    private static Kind inferKind(CsvTable table, String name) {
        int column = table.columnIndex(name);
        boolean known = false;
        for (int row = 0; row < table.rowCount(); row++) {
            if (!table.isMissing(row, column)) {
                known = true;
                if (!Numbers.isNumber(table.text(row, column))) {
                    return Kind.CATEGORICAL;
                }
            }
        }
        return known ? Kind.NUMERIC : Kind.CATEGORICAL;
    }

    private static boolean isFeature(CsvColumn column) {
        return column.kind() == Kind.NUMERIC || column.kind() == Kind.CATEGORICAL;
    }

    private static List<String> names(List<CsvColumn> columns) {
        return columns.stream().map(CsvColumn::name).collect(Collectors.toList());
    }
}
