/**
 * A relay: a server to its agents, and their way to the parent's server.
 *
 * <p>{@link dev.tributary.server.relay.Relay} is the server's own HTTP front over desks that ask
 * the parent. Its agents are clients of the parent, by their own ids, so that a tree asks the same
 * clients and draws the same numbers as a flat federation. Models are fetched once for all agents;
 * updates are checked here, and a receipt is what the parent says, once it is on the parent's disk.
 * So a relay has nothing to lose: killed and started again, it goes on.
 */
@NullMarked
package dev.tributary.server.relay;

import org.jspecify.annotations.NullMarked;
