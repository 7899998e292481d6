package dev.tributary.data.table;

import dev.tributary.data.DataException;
import dev.tributary.data.NumberStatistics;
import dev.tributary.data.TableStatistics;

import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVPrinter;
import org.apache.commons.csv.CSVRecord;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * {@link TableStatistics} in a CSV file that people can read before they hand it on.
 *
 * <p>First {@code rows,<count>}; then for each column of numbers {@code
 * number,<column>,<count>,<sum>,<sum of squares>,<min>,<max>}, and for each column of categories
 * {@code category,<column>,<value>...}.
 */
public final class StatisticsFile {
    private static final long MAX_BYTES = 64L << 20;
    private static final int MAX_NUMBER_TEXT = 8000;

    private StatisticsFile() {}

    /**
     * Writes statistics; a file that is there is replaced.
     *
     * @throws IOException if it cannot be written
     */
    public static void write(Path file, TableStatistics statistics) throws IOException {
        try (Writer text = Files.newBufferedWriter(file, StandardCharsets.UTF_8);
                CSVPrinter out = new CSVPrinter(text, CSVFormat.DEFAULT)) {
            out.printRecord("rows", statistics.rowCount());
            for (Map.Entry<String, NumberStatistics> column : statistics.numbers().entrySet()) {
                NumberStatistics known = column.getValue();
                out.printRecord(
                        "number",
                        column.getKey(),
                        known.count(),
                        known.sum(),
                        known.squareSum(),
                        known.min(),
                        known.max());
            }
            for (Map.Entry<String, List<String>> column : statistics.categories().entrySet()) {
                List<String> record = new ArrayList<>(List.of("category", column.getKey()));
                record.addAll(column.getValue());
                out.printRecord(record);
            }
        }
    }

    /**
     * Reads statistics.
     *
     * @throws DataException if the file cannot be read or is none, saying where
     */
    public static TableStatistics read(Path file) {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new DataException(
                        "%s: expected at most %d bytes, found %d"
                                .formatted(file, MAX_BYTES, Files.size(file)));
            }
            try (CSVParser parser =
                    CSVParser.parse(file, StandardCharsets.UTF_8, CSVFormat.DEFAULT)) {
                return read(file, parser.getRecords());
            }
        } catch (IOException | UncheckedIOException e) {
            throw new DataException("%s: cannot be read: %s".formatted(file, e.getMessage()), e);
        }
    }

    private static TableStatistics read(Path file, List<CSVRecord> records) {
        long rows = -1;
        Map<String, NumberStatistics> numbers = new TreeMap<>();
        Map<String, List<String>> categories = new TreeMap<>();
        for (CSVRecord record : records) {
            try {
                boolean repeated = false;
                switch (record.get(0)) {
                    case "rows" -> rows = Long.parseLong(record.get(1));
                    case "number" -> repeated = numbers.put(record.get(1), number(record)) != null;
                    case "category" ->
                            repeated =
                                    categories.put(record.get(1), record.stream().skip(2).toList())
                                            != null;
                    default ->
                            throw new DataException(
                                    "expected rows, number or category, found \"%s\""
                                            .formatted(record.get(0)));
                }
                if (repeated) {
                    throw new DataException(
                            "expected each column once, found \"%s\" twice"
                                    .formatted(record.get(1)));
                }
            } catch (ArrayIndexOutOfBoundsException | NumberFormatException e) {
                throw wrong(file, record, "expected numbers as they were written, found " + e, e);
            } catch (DataException e) {
                throw wrong(file, record, String.valueOf(e.getMessage()), e);
            }
        }
        if (rows < 0) {
            throw new DataException(file + ": expected a line \"rows\", found none");
        }
        return new TableStatistics(rows, numbers, categories);
    }

    private static NumberStatistics number(CSVRecord record) {
        long count = Long.parseLong(record.get(2));
        return new NumberStatistics(
                count,
                exact(record.get(3)),
                exact(record.get(4)),
                count == 0 ? null : (Double) Double.parseDouble(record.get(5)),
                count == 0 ? null : (Double) Double.parseDouble(record.get(6)));
    }

    private static BigDecimal exact(String text) {
        if (text.length() > MAX_NUMBER_TEXT) {
            throw new DataException(
                    "expected a number of at most %d characters, found %d"
                            .formatted(MAX_NUMBER_TEXT, text.length()));
        }
        return new BigDecimal(text);
    }

    private static DataException wrong(
            Path file, CSVRecord record, String problem, RuntimeException cause) {
        return new DataException(
                "%s, line %d: %s".formatted(file, record.getRecordNumber(), problem), cause);
    }
}
