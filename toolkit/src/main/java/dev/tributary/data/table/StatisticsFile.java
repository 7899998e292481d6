package dev.tributary.data.table;

import dev.tributary.data.DataException;
import dev.tributary.data.DataFile;
import dev.tributary.data.NumberStatistics;
import dev.tributary.data.QuantileSketch;
import dev.tributary.data.TableStatistics;

import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVPrinter;
import org.apache.commons.csv.CSVRecord;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * {@link TableStatistics} in a CSV file that people can read before they hand it on.
 *
 * <p>First {@code rows,<count>}; then for each column of numbers {@code
 * number,<column>,<count>,<sum>,<sum of squares>,<min>,<max>,<bucket>:<count>...}, the buckets
 * being those of a {@link QuantileSketch}, and for each column of categories {@code
 * category,<column>,<value>...}.
 */
public final class StatisticsFile {
    /** The longest, in bytes, as a file and on the wire. */
    public static final int MAX_BYTES = 16 << 20;

    private static final int MAX_NUMBER_TEXT = 8000;

    private StatisticsFile() {}

    /**
     * Writes statistics; a file that is there is replaced.
     *
     * @throws IOException if it cannot be written
     * @throws DataException if it is longer than {@link #MAX_BYTES}
     */
    public static void write(Path file, TableStatistics statistics) throws IOException {
        Files.writeString(file, text(statistics));
    }

    /**
     * The content of a file of statistics.
     *
     * @throws DataException if it is longer than {@link #MAX_BYTES}
     */
    public static String text(TableStatistics statistics) {
        String text = written(statistics);
        int bytes = text.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > MAX_BYTES) {
            throw new DataException(
                    "statistics: expected at most %,d bytes, found %,d; is there a column whose"
                                    .formatted(MAX_BYTES, bytes)
                            + " every value is a category of its own?");
        }
        return text;
    }

    private static String written(TableStatistics statistics) {
        StringBuilder text = new StringBuilder();
        try (CSVPrinter out = new CSVPrinter(text, CSVFormat.DEFAULT)) {
            out.printRecord("rows", statistics.rowCount());
            for (Map.Entry<String, NumberStatistics> column : statistics.numbers().entrySet()) {
                NumberStatistics known = column.getValue();
                List<@Nullable Object> record = new ArrayList<>();
                Collections.addAll(record, "number", column.getKey(), known.count());
                Collections.addAll(record, known.sum(), known.squareSum());
                Collections.addAll(record, known.min(), known.max());
                known.sketch()
                        .counts()
                        .forEach((bucket, count) -> record.add(bucket + ":" + count));
                out.printRecord(record);
            }
            for (Map.Entry<String, List<String>> column : statistics.categories().entrySet()) {
                List<String> record = new ArrayList<>(List.of("category", column.getKey()));
                record.addAll(column.getValue());
                out.printRecord(record);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("text in memory failed to be written", e);
        }
        return text.toString();
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
            return parse(file.toString(), Files.readString(file));
        } catch (IOException e) {
            throw DataFile.unreadable(file, e);
        }
    }

    /**
     * Reads the content of a file.
     *
     * @param source where it is from, as messages begin
     * @throws DataException if it is none, saying where
     */
    public static TableStatistics parse(String source, String text) {
        try (CSVParser parser = CSVParser.parse(text, CSVFormat.DEFAULT)) {
            return read(source, parser.getRecords());
        } catch (IOException | UncheckedIOException e) {
            throw new DataException("%s: cannot be read: %s".formatted(source, e.getMessage()), e);
        }
    }

    private static TableStatistics read(String source, List<CSVRecord> records) {
        long rows = -1;
        Map<String, NumberStatistics> numbers = new TreeMap<>();
        Map<String, List<String>> categories = new TreeMap<>();
        for (CSVRecord record : records) {
            try {
                switch (record.get(0)) {
                    case "rows" -> rows = Long.parseLong(record.get(1));
                    case "number" -> putOnce(numbers, record.get(1), number(record));
                    case "category" ->
                            putOnce(categories, record.get(1), record.stream().skip(2).toList());
                    default ->
                            throw new DataException(
                                    "expected rows, number or category, found \"%s\""
                                            .formatted(record.get(0)));
                }
            } catch (ArrayIndexOutOfBoundsException | NumberFormatException e) {
                throw wrong(source, record, "expected numbers as they were written, found " + e, e);
            } catch (DataException e) {
                throw wrong(source, record, String.valueOf(e.getMessage()), e);
            }
        }
        if (rows < 0) {
            throw new DataException(source + ": expected a line \"rows\", found none");
        }
        try {
            return new TableStatistics(rows, numbers, categories);
        } catch (DataException e) {
            throw new DataException(source + ": " + e.getMessage(), e);
        }
    }

    private static <T> void putOnce(Map<String, T> columns, String column, T statistics) {
        if (columns.put(column, statistics) != null) {
            throw new DataException(
                    "expected each column once, found \"%s\" twice".formatted(column));
        }
    }

    private static NumberStatistics number(CSVRecord record) {
        long count = Long.parseLong(record.get(2));
        return new NumberStatistics(
                count,
                exact(record.get(3)),
                exact(record.get(4)),
                count == 0 ? null : (Double) Double.parseDouble(record.get(5)),
                count == 0 ? null : (Double) Double.parseDouble(record.get(6)),
                sketch(record));
    }

    private static QuantileSketch sketch(CSVRecord record) {
        SortedMap<Integer, Long> counts = new TreeMap<>();
        record.stream()
                .skip(7)
                .forEach(
                        text -> {
                            String[] parts = text.split(":", 2);
                            counts.put(Integer.valueOf(parts[0]), Long.valueOf(parts[1]));
                        });
        return new QuantileSketch(counts);
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
            String source, CSVRecord record, String problem, RuntimeException cause) {
        return new DataException(
                "%s, line %d: %s".formatted(source, record.getRecordNumber(), problem), cause);
    }
}
