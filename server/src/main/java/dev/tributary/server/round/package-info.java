/**
 * The run as a closed state machine with one writer.
 *
 * <pre>
 * Waiting -> Selecting -> Collecting -> Aggregating -> Publishing -> Evaluating -> Selecting (next round)
 *                |             |             |              |             |
 *                +-------------+---- Failed -+--------------+             +-> Finishing -> Ended
 *                       (the same round again, or Finishing)
 * </pre>
 *
 * <p>The {@link dev.tributary.server.round.Coordinator} is a thread with a bounded mailbox; it
 * alone touches the {@link dev.tributary.server.round.RunMachine}, its {@link
 * dev.tributary.server.round.Phase} and the clients, so none of these has a lock. Time comes from a
 * {@link dev.tributary.server.round.RoundClock}: tests move it by hand and call the machine
 * directly.
 *
 * <p>Two more threads work for it and hand results back through the mailbox: the one that owns the
 * device, and the ledger's, which writes to the database in the order of the calls; a third writes
 * receipts to their log, those that come together at once. What a killed server leaves is a {@link
 * dev.tributary.server.round.Recovery}; a round that was open then collects again, with the same
 * clients, what was accepted folded again, and a new deadline.
 *
 * <p>{@link dev.tributary.server.round.UpdateDesk} takes updates in: {@link
 * dev.tributary.server.round.Admission} says which are wanted, {@link
 * dev.tributary.server.round.Parking} holds those that must wait for the model, {@link
 * dev.tributary.server.round.ReceiptDesk} counts and folds them once their receipts are on disk,
 * and {@link dev.tributary.server.round.Tally} knows how each has ended.
 *
 * <p>A round is a window of count times time: it asks {@code size + over-selection} clients, closes
 * when {@code size} updates are accepted, makes do with {@code minimum} at the deadline, and has
 * failed with fewer. Every update ends accepted, rejected with a code, or discarded; it is counted
 * and its sender is told.
 *
 * <p>In an asynchronous run {@link dev.tributary.server.round.Buffering} takes the place of
 * Selecting and Collecting. Clients stay at work from round to round ({@link
 * dev.tributary.server.round.AtWork}), so an update names the round after the version that it was
 * trained from, and counts in the one in which it comes; so does its receipt.
 *
 * <p>In a cyclic run a round has one client, and {@link dev.tributary.server.round.Turn} passes it
 * over for the next if it does not deliver.
 *
 * <p>Which clients are asked depends on the seed, the round and the clients that can be asked. The
 * sum of a round is exact, so the order of arrival is irrelevant. But <em>who</em> counts may
 * depend on time: with over-selection the first {@code size} count, at a deadline those that made
 * it. A run in which that happens need not repeat bit by bit.
 */
@NullMarked
package dev.tributary.server.round;

import org.jspecify.annotations.NullMarked;
