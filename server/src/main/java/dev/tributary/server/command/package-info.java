/**
 * The server's commands: {@code tributary server} and {@code tributary evaluate}.
 *
 * <p>They translate between the command line and {@link dev.tributary.server.FederatedServer} or
 * {@link dev.tributary.server.StandingServer}.
 */
@NullMarked
package dev.tributary.server.command;

import org.jspecify.annotations.NullMarked;
