/**
 * Data that never leaves its owner: data sets, readers, preprocessing and partitioners.
 *
 * <p>A {@link dev.tributary.data.DatasetProvider}, found by name in the {@link
 * dev.tributary.data.DatasetCatalog}, opens a {@link dev.tributary.data.DatasetSource}; a
 * partitioner says which of its training examples a client holds; {@link
 * dev.tributary.data.DatasetSource#train} loads just those as a {@link
 * dev.tributary.data.LocalDataset} in host memory. This package knows nothing of DJL: {@code
 * training} moves the data to the device.
 */
@NullMarked
package dev.tributary.data;

import org.jspecify.annotations.NullMarked;
