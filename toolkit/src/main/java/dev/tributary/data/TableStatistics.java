package dev.tributary.data;

import dev.tributary.data.CsvColumn.Kind;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * What a site tells of its table so that all sites read theirs alike: no row, but sums, extremes
 * and the words that occur.
 *
 * <p>Law: the statistics of two tables together are the {@linkplain #plus sum} of theirs, exactly,
 * whatever the split and the order. So the {@link #preprocessor} that sites agree on is, bit by
 * bit, the one that would be fitted on all their rows in one place.
 *
 * <p>What it does tell: how many rows there are, means, extremes, and that a category occurs at
 * all. Where that is too much, let the run's owner name the categories instead.
 *
 * @param rowCount how many rows
 * @param numbers by column, of those whose values are numbers; sorted, copied
 * @param categories by column, the others' known values, sorted; copied
 */
public record TableStatistics(
        long rowCount,
        Map<String, NumberStatistics> numbers,
        Map<String, List<String>> categories) {
    /** Copies and sorts. */
    public TableStatistics {
        if (rowCount < 0) {
            throw new DataException("statistics: expected a count of rows, found " + rowCount);
        }
        numbers = Collections.unmodifiableSortedMap(new TreeMap<>(numbers));
        SortedMap<String, List<String>> sorted = new TreeMap<>();
        categories.forEach((name, values) -> sorted.put(name, List.copyOf(new TreeSet<>(values))));
        categories = Collections.unmodifiableSortedMap(sorted);
    }

    /**
     * Of a whole table.
     *
     * @throws DataException if its columns are not the schema's, or a value is no number where one
     *     must be
     */
    public static TableStatistics of(CsvTable table, CsvSchema schema) {
        return of(table, schema, IntStream.range(0, table.rowCount()).toArray());
    }

    /**
     * Of some rows of a table.
     *
     * @throws DataException as {@link #of(CsvTable, CsvSchema)}
     * @throws IndexOutOfBoundsException if there is no such row
     */
    public static TableStatistics of(CsvTable table, CsvSchema schema, int[] rows) {
        schema.check(table);
        Map<String, NumberStatistics> numbers = new TreeMap<>();
        Map<String, List<String>> categories = new TreeMap<>();
        for (CsvColumn column : schema.features()) {
            int index = table.columnIndex(column.name());
            if (column.kind() == Kind.NUMERIC) {
                numbers.put(column.name(), numbers(table, index, rows));
            } else {
                categories.put(column.name(), words(table, index, rows));
            }
        }
        return new TableStatistics(rows.length, numbers, categories);
    }

    /**
     * Of both tables together.
     *
     * @throws DataException if they do not have the same columns
     */
    public TableStatistics plus(TableStatistics other) {
        requireColumns(other);
        Map<String, NumberStatistics> sums = new TreeMap<>(numbers);
        other.numbers.forEach((name, column) -> sums.merge(name, column, NumberStatistics::plus));
        Map<String, List<String>> words = new TreeMap<>();
        categories.forEach(
                (name, own) -> {
                    TreeSet<String> all = new TreeSet<>(own);
                    all.addAll(other.categories.getOrDefault(name, List.of()));
                    words.put(name, List.copyOf(all));
                });
        return new TableStatistics(Math.addExact(rowCount, other.rowCount), sums, words);
    }

    /**
     * What everybody whose statistics are in here should read tables with.
     *
     * @throws DataException if the columns are not the schema's, or nobody has a number in a column
     */
    public Preprocessor preprocessor(CsvSchema schema, LabelEncoder labels) {
        return new Preprocessor(
                schema, schema.features().stream().map(this::encoder).toList(), labels);
    }

    private ColumnEncoder encoder(CsvColumn column) {
        NumberStatistics known = numbers.get(column.name());
        List<String> words = categories.get(column.name());
        if (column.kind() == Kind.NUMERIC && known != null) {
            return ColumnEncoder.Standardized.of(column.name(), known);
        }
        if (column.kind() == Kind.CATEGORICAL && words != null) {
            return new ColumnEncoder.OneHot(column.name(), words);
        }
        throw new DataException(
                "statistics: expected a %s column \"%s\", found numbers %s and categories %s"
                        .formatted(
                                column.kind(),
                                column.name(),
                                numbers.keySet(),
                                categories.keySet()));
    }

    private void requireColumns(TableStatistics other) {
        boolean same =
                numbers.keySet().equals(other.numbers.keySet())
                        && categories.keySet().equals(other.categories.keySet());
        if (!same) {
            throw new DataException(
                    "statistics: expected numbers %s and categories %s, found %s and %s"
                            .formatted(
                                    numbers.keySet(),
                                    categories.keySet(),
                                    other.numbers.keySet(),
                                    other.categories.keySet()));
        }
    }

    private static NumberStatistics numbers(CsvTable table, int column, int[] rows) {
        NumberStatistics sum = NumberStatistics.NONE;
        for (int row : rows) {
            if (!table.isMissing(row, column)) {
                sum = sum.plus(NumberStatistics.of(Numbers.at(table, row, column)));
            }
        }
        return sum;
    }

    private static List<String> words(CsvTable table, int column, int[] rows) {
        TreeSet<String> words = new TreeSet<>();
        for (int row : rows) {
            if (!table.isMissing(row, column)) {
                words.add(table.text(row, column));
            }
        }
        return List.copyOf(words);
    }
}
