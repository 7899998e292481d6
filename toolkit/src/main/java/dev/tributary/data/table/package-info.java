/**
 * Tables: CSV files, what their columns are, and how their rows become examples.
 *
 * <p>{@link dev.tributary.data.table.CsvReader} reads text, {@link
 * dev.tributary.data.table.CsvSchema} says what each column is, {@link
 * dev.tributary.data.table.Preprocessor} holds what is learned from training rows, or agreed among
 * sites, and turns all rows into examples.
 */
@NullMarked
package dev.tributary.data.table;

import org.jspecify.annotations.NullMarked;
