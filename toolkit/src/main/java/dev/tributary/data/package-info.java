/**
 * Data that never leaves its owner: data sets, readers, preprocessing and partitioners.
 *
 * <p>A {@link dev.tributary.data.DatasetProvider}, found by name in the {@link
 * dev.tributary.data.DatasetCatalog}, opens a {@link dev.tributary.data.DatasetSource}; a {@link
 * dev.tributary.data.Partitioner}, named in a {@link dev.tributary.data.PartitionPlan}, says which
 * of its training examples a client holds; {@link dev.tributary.data.ClientData} loads just those
 * as a {@link dev.tributary.data.LocalDataset} in host memory. This package knows nothing of DJL:
 * {@code training} moves the data to the device.
 *
 * <p>Files are read in steps that can be used alone: {@link dev.tributary.data.IdxReader} for
 * images; {@link dev.tributary.data.CsvReader} for the text of a table, {@link
 * dev.tributary.data.CsvSchema} for what its columns are, {@link dev.tributary.data.Preprocessor}
 * for what is learned from training rows and turns all rows into examples. Every failure is a
 * {@link dev.tributary.data.DataException} that says what was expected, what was found, and where.
 */
@NullMarked
package dev.tributary.data;

import org.jspecify.annotations.NullMarked;
