/**
 * Data sets that need no file: pure functions of (seed, part, index).
 *
 * <p>An {@code ExampleGenerator} is the rule, documented with the best result that can be reached;
 * a {@code GeneratedSource} makes of it as many examples as were asked for, only those of a share.
 */
@NullMarked
package dev.tributary.data.generated;

import org.jspecify.annotations.NullMarked;
