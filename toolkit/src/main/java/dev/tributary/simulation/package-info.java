/**
 * The same strategies over clients in this process, without a network.
 *
 * <p>A {@link dev.tributary.simulation.Simulation} takes what a run file says and a {@link
 * dev.tributary.simulation.Population}: each round, sampled clients are trained by a few threads,
 * each with one model, one client's data and one intra-op thread; each update is folded as it comes
 * and forgotten; a {@link dev.tributary.strategy.GlobalVector} moves; the model is evaluated by the
 * same threads.
 */
@NullMarked
package dev.tributary.simulation;

import org.jspecify.annotations.NullMarked;
