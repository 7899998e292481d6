package dev.tributary.data.table;

import dev.tributary.data.BadExamples;
import dev.tributary.data.DataException;
import dev.tributary.data.DataFile;
import dev.tributary.data.table.CsvTable.Row;

import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Reads CSV files, plain or gzip (told apart by the first bytes), into tables of text.
 *
 * <p>What the text means is the next step's: {@link Preprocessor}.
 */
final class CsvReader {
    private CsvReader() {}

    /**
     * Reads a file.
     *
     * @throws DataException if it cannot be read, is not UTF-8, has no rows, has two columns of one
     *     name, or a row with too few or too many values
     */
    static CsvTable read(Path path, CsvDialect dialect) {
        return read(path, dialect, BadExamples.refused());
    }

    /**
     * Reads a file.
     *
     * @param bad what happens to a row with too few or too many values
     * @throws DataException if it cannot be read, is not UTF-8, has no good row, two columns of one
     *     name, or a bad row that is refused
     */
    static CsvTable read(Path path, CsvDialect dialect, BadExamples bad) {
        return read(path, dialect, bad, "");
    }

    /**
     * Reads a file that may lack a column, which without a header it does if its first row is one
     * value short.
     *
     * @param optional the column's name
     * @throws DataException as {@link #read(Path, CsvDialect)}
     */
    static CsvTable readLacking(Path path, CsvDialect dialect, String optional) {
        return read(path, dialect, BadExamples.refused(), optional);
    }

    private static CsvTable read(Path path, CsvDialect dialect, BadExamples bad, String optional) {
        try (Reader reader = DataFile.of(path).text();
                CSVParser parser = format(dialect).parse(reader)) {
            return table(path, dialect, parser.iterator(), bad, optional);
        } catch (IOException | UncheckedIOException e) {
            throw DataFile.unreadable(path, e);
        }
    }

    private static CSVFormat format(CsvDialect dialect) {
        return CSVFormat.DEFAULT
                .builder()
                .setDelimiter(dialect.separator())
                .setIgnoreSurroundingSpaces(true)
                .setIgnoreEmptyLines(true)
                .setCommentMarker(dialect.comment())
                .get();
    }

    private static CsvTable table(
            Path path,
            CsvDialect dialect,
            Iterator<CSVRecord> records,
            BadExamples bad,
            String optional) {
        List<Row> rows = new ArrayList<>();
        List<String> columns = dialect.columns();
        if (dialect.header() && records.hasNext()) {
            columns = List.of(records.next().values());
        }
        while (records.hasNext()) {
            String[] row = records.next().values();
            if (columns.isEmpty()) {
                columns = IntStream.rangeClosed(1, row.length).mapToObj(i -> "c" + i).toList();
            }
            if (rows.isEmpty() && !dialect.header() && row.length == columns.size() - 1) {
                columns = columns.stream().filter(name -> !name.equals(optional)).toList();
            }
            int number = rows.size() + bad.count() + 1;
            if (row.length == columns.size()) {
                rows.add(new Row(number, row));
            } else {
                bad.add(wrongWidth(path, columns, row, number));
            }
        }
        if (rows.isEmpty()) {
            bad.report(path.toString(), "row", 0);
        }
        return CsvTable.of(path.toString(), columns, rows, dialect.missing());
    }

    private static DataException wrongWidth(
            Path path, List<String> columns, String[] row, int number) {
        String edge =
                row.length < columns.size()
                        ? "nothing for column \"" + columns.get(row.length) + '"'
                        : "\""
                                + row[columns.size()]
                                + "\" after column \""
                                + columns.get(columns.size() - 1)
                                + '"';
        return new DataException(
                "%s, data row %d: expected %d values, found %d: %s"
                        .formatted(path, number, columns.size(), row.length, edge));
    }
}
