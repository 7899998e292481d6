/**
 * The algorithms that a run file can name: each a {@link dev.tributary.strategy.StrategyFactory}
 * that composes parts as its paper does, about a screen long.
 *
 * <p>The service loader finds them. Nothing here is needed to write another: one in a jar of its
 * own is made of the same parts.
 */
@NullMarked
package dev.tributary.strategy.preset;

import org.jspecify.annotations.NullMarked;
