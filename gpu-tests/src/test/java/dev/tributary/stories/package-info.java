/**
 * Stories: a real server and real agents in one process, over real HTTP, learning something small.
 *
 * <p>They stand here because this is the only module that sees both sides.
 */
@NullMarked
package dev.tributary.stories;

import org.jspecify.annotations.NullMarked;
