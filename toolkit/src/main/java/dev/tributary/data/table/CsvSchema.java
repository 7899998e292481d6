package dev.tributary.data.table;

import dev.tributary.data.DataException;
import dev.tributary.data.table.CsvColumn.Kind;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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
    private static final Logger LOG = LoggerFactory.getLogger(CsvSchema.class);

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
        int numbers = 0;
        int words = 0;
        int firstWord = -1;
        for (int row = 0; row < table.rowCount(); row++) {
            if (!table.isMissing(row, column)) {
                boolean number = Numbers.isNumber(table.text(row, column));
                numbers += number ? 1 : 0;
                words += number ? 0 : 1;
                firstWord = number || firstWord >= 0 ? firstWord : row;
            }
        }
        if (numbers > words && words > 0) {
            warnOfWord(table, column, firstWord, numbers, numbers + words);
        }
        return words > 0 || numbers == 0 ? Kind.CATEGORICAL : Kind.NUMERIC;
    }

    /** A slip of the pen makes categories of a column of numbers. */
    private static void warnOfWord(CsvTable table, int column, int row, int numbers, int known) {
        LOG.warn(
                "{}; so the column is read as categories. Name it among the options \"numeric\" or"
                        + " \"categorical\"; \"missing\" is for what stands for no value",
                table.wrong(row, column, "a number as in %d of %d rows".formatted(numbers, known))
                        .getMessage());
    }

    private static boolean isFeature(CsvColumn column) {
        return column.kind() == Kind.NUMERIC || column.kind() == Kind.CATEGORICAL;
    }

    private static List<String> names(List<CsvColumn> columns) {
        return columns.stream().map(CsvColumn::name).collect(Collectors.toList());
    }
}
