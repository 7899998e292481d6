/**
 * Data that never leaves its owner: what a data set is, and how one is found by name.
 *
 * <p>A {@link dev.tributary.data.DatasetProvider}, found in the {@link
 * dev.tributary.data.DatasetCatalog}, opens a {@link dev.tributary.data.DatasetSource}; a plan in
 * {@code data.partition} says which of its training examples a client holds, and just those are
 * loaded as a {@link dev.tributary.data.LocalDataset} in host memory. This package and those below
 * it know nothing of DJL: {@code training} moves the data to the device.
 *
 * <p>Below it: {@code table}, {@code image}, {@code text}, {@code array} and {@code generated} are
 * data sets; {@code partition} deals them out. They know this package, and none of them another.
 * Every failure is a {@link dev.tributary.data.DataException} that says what was expected, what was
 * found, and where.
 */
@NullMarked
package dev.tributary.data;

import org.jspecify.annotations.NullMarked;
