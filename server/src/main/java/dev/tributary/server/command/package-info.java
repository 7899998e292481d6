/**
 * The server's commands, {@code tributary server} above all, and those that are about a saved
 * model: {@code evaluate}, {@code predict}, {@code export} and {@code import}.
 *
 * <p>They translate between the command line and {@link dev.tributary.server.FederatedServer} or
 * {@link dev.tributary.server.StandingServer}.
 */
@NullMarked
package dev.tributary.server.command;

import org.jspecify.annotations.NullMarked;
