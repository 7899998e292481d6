/**
 * What differs between federated algorithms: a composition of parts.
 *
 * <p>A {@link dev.tributary.strategy.Strategy} names who takes part ({@code sampling}), what
 * clients minimize (an objective), how much they count ({@link dev.tributary.strategy.Weighting}),
 * how updates meet (an aggregator), how the model moves ({@code optimizer}) and when ({@link
 * dev.tributary.strategy.RoundSchedule}). {@link dev.tributary.strategy.Strategies} finds
 * algorithms by name, each a {@link dev.tributary.strategy.StrategyFactory}; ours are in {@code
 * preset}. A {@link dev.tributary.strategy.GlobalVector} is the model with the parts at work.
 */
@NullMarked
package dev.tributary.strategy;

import org.jspecify.annotations.NullMarked;
