/**
 * Who takes part in a round.
 *
 * <p>A {@link dev.tributary.strategy.sampling.ClientSampler} chooses among those who can be asked,
 * by what became of them in earlier rounds ({@link dev.tributary.strategy.sampling.ClientHistory})
 * and by random draws keyed by the round; {@link dev.tributary.strategy.sampling.Samplers} finds
 * those by name that a run file may say.
 */
@NullMarked
package dev.tributary.strategy.sampling;

import org.jspecify.annotations.NullMarked;
