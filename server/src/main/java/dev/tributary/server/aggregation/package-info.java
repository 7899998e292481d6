/**
 * From an update's body to the next global model.
 *
 * <p>An {@link dev.tributary.server.aggregation.UpdateReceiver} checks a body while it streams into
 * a {@link dev.tributary.server.aggregation.Spool} file. The {@link
 * dev.tributary.server.aggregation.AggregationService} owns the device: it folds spooled updates as
 * they are accepted, moves the global model, publishes it and evaluates it. Memory on host and
 * device does not depend on the number of clients: one accumulator, one chunk.
 */
@NullMarked
package dev.tributary.server.aggregation;

import org.jspecify.annotations.NullMarked;
