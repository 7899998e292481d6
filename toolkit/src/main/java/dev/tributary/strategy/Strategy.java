package dev.tributary.strategy;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDManager;

import dev.tributary.aggregate.Aggregator;
import dev.tributary.aggregate.ExactWeightedMean;
import dev.tributary.parameters.ParameterLayout;

import java.util.function.BiFunction;

/**
 * A federated algorithm as a composition of parts.
 *
 * @param name as in its paper
 * @param sampler who takes part in a round
 * @param aggregator how updates meet: opens an aggregator for a layout on a device's manager
 * @param serverOptimizer how the global model moves: opens an optimizer for one run
 * @param schedule when the model moves, and which model a client trains
 */
public record Strategy(
        String name,
        ClientSampler sampler,
        BiFunction<NDManager, ParameterLayout, Aggregator> aggregator,
        ServerOptimizer.Factory serverOptimizer,
        RoundSchedule schedule) {

    /** Checks that all parts are there. */
    public Strategy {
        requireNonNull(name, "name is null");
        requireNonNull(sampler, "sampler is null");
        requireNonNull(aggregator, "aggregator is null");
        requireNonNull(serverOptimizer, "serverOptimizer is null");
        requireNonNull(schedule, "schedule is null");
    }

    /** A synchronous strategy. */
    public Strategy(
            String name,
            ClientSampler sampler,
            BiFunction<NDManager, ParameterLayout, Aggregator> aggregator,
            ServerOptimizer.Factory serverOptimizer) {
        this(name, sampler, aggregator, serverOptimizer, new RoundSchedule.Synchronous());
    }

    /**
     * FedAvg: uniform clients, the mean weighted by examples, added to the model (McMahan et al.,
     * "Communication-Efficient Learning of Deep Networks from Decentralized Data", 2017).
     *
     * @param serverLearningRate 1 in the paper
     */
    public static Strategy fedAvg(double serverLearningRate) {
        return new Strategy(
                "FedAvg",
                new UniformSampler(),
                ExactWeightedMean::new,
                (manager, trainables) -> new ServerSgd(serverLearningRate));
    }

    /** The same, but the model moves otherwise, and so it has another name. */
    public Strategy withServerOptimizer(String newName, ServerOptimizer.Factory newOptimizer) {
        return new Strategy(newName, sampler, aggregator, newOptimizer, schedule);
    }

    /** The same on another schedule, and so with another name. */
    public Strategy withSchedule(String newName, RoundSchedule newSchedule) {
        return new Strategy(newName, sampler, aggregator, serverOptimizer, newSchedule);
    }
}
