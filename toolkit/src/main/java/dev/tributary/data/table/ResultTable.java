package dev.tributary.data.table;

import dev.tributary.data.table.CsvTable.Row;

import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The rows that a query found, as text; what is NULL is empty, and so missing. */
final class ResultTable {
    private ResultTable() {}

    static CsvTable read(String source, ResultSet found, Set<String> missing) throws SQLException {
        List<String> columns = columns(found.getMetaData());
        List<Row> rows = new ArrayList<>();
        while (found.next()) {
            String[] values = new String[columns.size()];
            for (int i = 0; i < values.length; i++) {
                String value = found.getString(i + 1);
                values[i] = value == null ? "" : value.strip();
            }
            rows.add(new Row(rows.size() + 1, values));
        }
        return CsvTable.of(source, columns, rows, missing);
    }

    private static List<String> columns(ResultSetMetaData found) throws SQLException {
        List<String> columns = new ArrayList<>();
        for (int i = 1; i <= found.getColumnCount(); i++) {
            columns.add(found.getColumnLabel(i));
        }
        return columns;
    }
}
