/**
 * Who holds what: the training examples of a known data set, dealt out to clients.
 *
 * <p>A {@link dev.tributary.data.partition.PartitionPlan}, as a run file has it, names a {@link
 * dev.tributary.data.partition.PartitionScheme}, whose {@link
 * dev.tributary.data.partition.Partitioner} deals; {@link dev.tributary.data.partition.ClientData}
 * loads one client's share and nothing else.
 */
@NullMarked
package dev.tributary.data.partition;

import org.jspecify.annotations.NullMarked;
