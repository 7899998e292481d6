/**
 * {@code tributary run}: submits runs to a server that waits for them, and follows them.
 *
 * <p>{@link dev.tributary.agent.runs.RunCommand} gathers the commands; each asks the server through
 * {@link dev.tributary.agent.runs.RunsClient} and prints what it says. A run belongs to the server:
 * no command here ends one by ending itself.
 */
@NullMarked
package dev.tributary.agent.runs;

import org.jspecify.annotations.NullMarked;
