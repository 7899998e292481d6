/**
 * What differs between federated algorithms: a composition of parts, and the presets by name.
 *
 * <p>A {@link dev.tributary.strategy.Strategy} names who takes part ({@link
 * dev.tributary.strategy.sampling.ClientSampler}), what clients minimize (an objective), how much they count
 * ({@link dev.tributary.strategy.Weighting}), how updates meet (an aggregator) and how the model
 * moves ({@link dev.tributary.strategy.optimizer.ServerOptimizer}). {@link dev.tributary.strategy.Strategies}
 * finds the presets by name; each is a {@link dev.tributary.strategy.StrategyFactory}. A {@link
 * dev.tributary.strategy.GlobalVector} is the model with the parts at work.
 */
@NullMarked
package dev.tributary.strategy;

import org.jspecify.annotations.NullMarked;
