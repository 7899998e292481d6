package dev.tributary.data.table;

import dev.tributary.data.table.CsvTable.Row;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Tables without files. */
final class Tables {
    private Tables() {}

    static CsvTable of(
            String source, List<String> columns, List<String[]> values, Set<String> missing) {
        List<Row> rows = new ArrayList<>();
        values.forEach(row -> rows.add(new Row(rows.size() + 1, row)));
        return CsvTable.of(source, columns, rows, missing);
    }
}
