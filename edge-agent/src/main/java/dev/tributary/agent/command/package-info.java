/**
 * The command {@code tributary agent} and what it needs to turn its options into clients.
 *
 * <p>{@link dev.tributary.agent.command.AgentCommand} loads each client's data and nobody else's
 * while the native engine loads on another thread, then lets an {@link dev.tributary.agent.Agent}
 * work. {@link dev.tributary.agent.command.AttachedMain} starts any Tributary command as a process
 * that ends with the one which started it.
 */
@NullMarked
package dev.tributary.agent.command;

import org.jspecify.annotations.NullMarked;
