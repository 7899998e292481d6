package dev.tributary.data.table;

import dev.tributary.data.DataException;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * How a CSV file is written.
 *
 * <p>In all dialects, text is UTF-8, values may be quoted by {@code "}, spaces around values do not
 * count, and empty lines are skipped.
 *
 * @param separator what stands between values
 * @param header whether the first line holds the names of the columns
 * @param columns their names if there is no header; empty: {@code c1, c2, ...}
 * @param missing what a value reads that is not known, besides one that is empty
 * @param comment what begins a line that is skipped; null if there is no such thing
 */
record CsvDialect(
        char separator,
        boolean header,
        List<String> columns,
        Set<String> missing,
        @Nullable Character comment) {

    /** Copies the collections and checks that they do not contradict each other. */
    CsvDialect {
        columns = List.copyOf(columns);
        missing = Set.copyOf(missing);
        if ("\"\r\n".indexOf(separator) >= 0 || Objects.equals(comment, separator)) {
            throw new DataException(
                    "CSV dialect: expected a separator that is no quote, line break or comment,"
                            + " found '"
                            + separator
                            + "'");
        }
        if (header && !columns.isEmpty()) {
            throw new DataException(
                    "CSV dialect: expected names of columns from the header or as given, found"
                            + " both");
        }
    }

    /** Commas, a header line, {@code ?} for what is missing, no comments. */
    static CsvDialect standard() {
        return new CsvDialect(',', true, List.of(), Set.of("?"), null);
    }

    /** The same without a header line, the columns being called as given. */
    CsvDialect withColumns(List<String> newColumns) {
        return new CsvDialect(separator, false, newColumns, missing, comment);
    }

    /** The same with lines that begin so skipped. */
    CsvDialect withComment(char newComment) {
        return new CsvDialect(separator, header, columns, missing, newComment);
    }
}
