/**
 * Rules that bear malicious updates, each of one paper.
 *
 * <p>A {@link dev.tributary.aggregate.robust.RobustRule} makes an {@link
 * dev.tributary.aggregate.Aggregator}: one that keeps all updates of a round and reads them as rows
 * of a matrix, a block of columns at a time ({@link dev.tributary.aggregate.robust.UpdateRows}),
 * or, for {@link dev.tributary.aggregate.robust.NormClipping}, the exact mean of shortened ones.
 */
@NullMarked
package dev.tributary.aggregate.robust;

import org.jspecify.annotations.NullMarked;
