package dev.tributary.data;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a site tells of its table so that all sites read theirs alike: no row, but sums, extremes
 * and the words that occur.
 *
 * <p>Law: the statistics of two tables together are the {@linkplain #plus sum} of theirs, exactly,
 * whatever the split and the order. So what sites agree on is, bit by bit, what would be fitted on
 * all their rows in one place.
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
    /** The option of data sets that says how statistics are agreed on. */
    public static final String OPTION = "statistics";

    /** Its value where the server gathers them from the sites before the first round. */
    public static final String GATHERED = "gathered";

    /** Whether a data set's options ask the server to gather statistics. */
    public static boolean gathered(Map<String, String> options) {
        return GATHERED.equals(options.get(OPTION));
    }

    /**
     * Copies, sorts and checks.
     *
     * @throws DataException if the counts are not possible
     */
    public TableStatistics {
        if (rowCount < 0) {
            throw new DataException("statistics: expected a count of rows, found " + rowCount);
        }
        numbers = Collections.unmodifiableSortedMap(new TreeMap<>(numbers));
        for (Map.Entry<String, NumberStatistics> column : numbers.entrySet()) {
            if (column.getValue().count() > rowCount) {
                throw new DataException(
                        "statistics, column \"%s\": expected at most %d values, found %d"
                                .formatted(column.getKey(), rowCount, column.getValue().count()));
            }
        }
        SortedMap<String, List<String>> sorted = new TreeMap<>();
        categories.forEach((name, values) -> sorted.put(name, List.copyOf(new TreeSet<>(values))));
        categories = Collections.unmodifiableSortedMap(sorted);
    }

    /** Whether another table has the same columns, of the same kinds. */
    public boolean hasColumnsOf(TableStatistics other) {
        return numbers.keySet().equals(other.numbers.keySet())
                && categories.keySet().equals(other.categories.keySet());
    }

    /** The columns, for messages: {@code numbers [age, bp], categories [city]}. */
    public String columns() {
        return "numbers %s, categories %s".formatted(numbers.keySet(), categories.keySet());
    }

    /**
     * Of both tables together.
     *
     * @throws DataException if they do not have the same columns, or counts get too large
     */
    public TableStatistics plus(TableStatistics other) {
        requireColumns(other);
        try {
            return added(other);
        } catch (ArithmeticException e) {
            throw new DataException(
                    "statistics: expected at most %d rows, found more".formatted(Long.MAX_VALUE),
                    e);
        }
    }

    private TableStatistics added(TableStatistics other) {
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

    private void requireColumns(TableStatistics other) {
        if (!hasColumnsOf(other)) {
            throw new DataException(
                    "statistics: expected tables of the same columns, found one with %s, and one with %s"
                            .formatted(columns(), other.columns()));
        }
    }
}
