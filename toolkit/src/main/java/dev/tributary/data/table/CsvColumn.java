package dev.tributary.data.table;

import static java.util.Objects.requireNonNull;

/**
 * A column of a table and what it is.
 *
 * @param name its name
 * @param kind what its values are
 */
record CsvColumn(String name, Kind kind) {

    /** What a column's values are. */
    enum Kind {
        /** Numbers: standardized by the training rows, the mean where missing. */
        NUMERIC,
        /** One of a few words: one-hot, with a category of its own where missing. */
        CATEGORICAL,
        /** What is to be learned; exactly one column. */
        LABEL,
        /** Not read. */
        IGNORED
    }

    /** Checks for nulls. */
    CsvColumn {
        requireNonNull(name, "name is null");
        requireNonNull(kind, "kind is null");
    }
}
