/**
 * What an agent keeps on disk, so that a crash costs no training.
 *
 * <p>Main type: {@link dev.tributary.agent.state.AgentState}, which hands each client its {@link
 * dev.tributary.agent.state.ClientState}. Below the state directory:
 *
 * <pre>
 * client-ID/lock                 held by the one process that runs the client
 * client-ID/00000001-RUN/update  the update that was trained last, exactly as it is sent
 * client-ID/00000001-RUN/memory-00000007
 *                                what the objective remembers after round 7
 * client-ID/00000001-RUN/model   the model that was fetched last, as far as it has come
 * </pre>
 *
 * <p>Order of effects: an update is written to {@code update.new}, forced to disk and renamed
 * before its first byte is sent; it stays until the server asks for something else, so that it can
 * be sent again to a server that lost it. What the objective remembers of a round is written in the
 * same way before its update: whatever dies, a round begins with what was remembered before it, and
 * is remembered once. Nobody here decides whether an update counted: a task names the last round in
 * whose model it did, and that round's memory is where the client goes on. A model is never forced,
 * since it can be fetched again. Each file begins with a record that describes its body with length
 * and CRC-32C; what does not match is dropped with a warning and never sent. No time stamp is
 * written or read: the numbers in the directories' names tell which run is the oldest, and the
 * oldest of more than four go.
 */
@NullMarked
package dev.tributary.agent.state;

import org.jspecify.annotations.NullMarked;
