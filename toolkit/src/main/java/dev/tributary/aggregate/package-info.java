/**
 * How updates meet.
 *
 * <p>An {@link dev.tributary.aggregate.Aggregator} accumulates updates one by one on the device,
 * merges partial results and finishes with the aggregate. {@link
 * dev.tributary.aggregate.ExactWeightedMean} is the one behind FedAvg: bit-identical for any order
 * and any split. Rules that bear malicious updates are in {@code robust}.
 */
@NullMarked
package dev.tributary.aggregate;

import org.jspecify.annotations.NullMarked;
