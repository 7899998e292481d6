/**
 * The yardstick for the server's speed: {@link dev.tributary.server.bench.PlainHttpCommand}, the
 * same web server without anything of ours in it.
 */
@NullMarked
package dev.tributary.server.bench;

import org.jspecify.annotations.NullMarked;
