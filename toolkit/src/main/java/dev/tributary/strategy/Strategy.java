package dev.tributary.strategy;

import static java.util.Objects.requireNonNull;

import dev.tributary.aggregate.Aggregator;
import dev.tributary.aggregate.ExactWeightedMean;

/**
 * A federated algorithm as a composition of parts.
 *
 * @param name as in its paper
 * @param sampler who takes part in a round
 * @param aggregator how updates meet: opens an aggregator for a layout on a device's manager
 * @param serverOptimizer how the global model moves: opens an optimizer for one run
 */
public record Strategy(
        String name,
        ClientSampler sampler,
        Aggregator.Factory aggregator,
        ServerOptimizer.Factory serverOptimizer) {

    /** Checks that all parts are there. */
    public Strategy {
        requireNonNull(name, "name is null");
        requireNonNull(sampler, "sampler is null");
        requireNonNull(aggregator, "aggregator is null");
        requireNonNull(serverOptimizer, "serverOptimizer is null");
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
        return new Strategy(newName, sampler, aggregator, newOptimizer);
    }

    /** The same, but updates meet otherwise, and so it has another name. */
    public Strategy withAggregator(String newName, Aggregator.Factory newAggregator) {
        return new Strategy(newName, sampler, newAggregator, serverOptimizer);
    }

    /**
     * Refuses a run whose rounds may have fewer updates than the aggregator needs.
     *
     * @param minimum {@code cohort.minimum}: the fewest updates that make a round
     * @throws IllegalArgumentException naming rule, formula and what was found
     */
    public void requireMinimum(int minimum) {
        aggregator.minimum().requireOf("cohort.minimum", minimum);
    }

    /** The same, but other clients are asked. */
    public Strategy withSampler(ClientSampler newSampler) {
        return new Strategy(name, newSampler, aggregator, serverOptimizer);
    }
}
