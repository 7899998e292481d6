/**
 * Random draws that replay: every draw comes from a stream keyed by (seed, purpose, round, client).
 *
 * <p>Main type: {@link dev.tributary.random.RandomStreams}. Two streams with different keys are
 * independent; the same key always gives the same draws, whatever else has been drawn, in whatever
 * process.
 */
@NullMarked
package dev.tributary.random;

import org.jspecify.annotations.NullMarked;
