/**
 * How the global model moves by what has come of a round.
 *
 * <p>A {@link dev.tributary.strategy.optimizer.ServerOptimizer} takes the aggregate as a direction
 * and steps, range by range; a {@link dev.tributary.strategy.optimizer.ServerRound} tells it what
 * the step is about. Each is of the paper that its class names.
 */
@NullMarked
package dev.tributary.strategy.optimizer;

import org.jspecify.annotations.NullMarked;
