/**
 * JMH benchmarks of what a device does most: folding updates, stepping the global model, training.
 *
 * <p>Each beside a baseline in the same run; {@code gpu-tests/README.md} says how to start them.
 */
@NullMarked
package dev.tributary.jmh;

import org.jspecify.annotations.NullMarked;
