/**
 * What a round costs beyond training: a real server, real agents, and clients that return their
 * model as it came.
 *
 * <p>{@link dev.tributary.agent.bench.RoundBenchCommand} starts them and prints the figures; {@link
 * dev.tributary.agent.bench.VectorFactory} is a model of any size; {@link
 * dev.tributary.agent.bench.EchoTrainers} trains nothing.
 */
@NullMarked
package dev.tributary.agent.bench;

import org.jspecify.annotations.NullMarked;
