/**
 * What a round costs beyond training: a real server, real agents, and clients that return their
 * model as it came.
 *
 * <p>{@link dev.tributary.agent.bench.RoundBenchCommand} starts them and prints the figures; {@link
 * dev.tributary.agent.bench.VectorFactory} is a model of any size; {@link
 * dev.tributary.agent.bench.EchoTrainers} trains nothing. {@link
 * dev.tributary.agent.bench.ServerBenchCommand} measures large models and many clients, which have
 * no model at all, with plain HTTP beside it.
 */
@NullMarked
package dev.tributary.agent.bench;

import org.jspecify.annotations.NullMarked;
