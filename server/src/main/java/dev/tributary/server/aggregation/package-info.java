/**
 * From an update's body to the next global model.
 *
 * <p>An {@link dev.tributary.server.aggregation.UpdateReceiver} checks a body while it streams into
 * a {@link dev.tributary.server.aggregation.Spool} file. The {@link
 * dev.tributary.server.aggregation.AggregationService} is the queue of the thread that owns the
 * device, on which the {@link dev.tributary.server.aggregation.VersionedModel} folds spooled
 * updates as they are accepted, moves, is published and evaluated. Memory on host and device does
 * not depend on the number of clients: one accumulator, one chunk.
 */
@NullMarked
package dev.tributary.server.aggregation;

import org.jspecify.annotations.NullMarked;
