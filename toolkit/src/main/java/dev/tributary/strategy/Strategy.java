package dev.tributary.strategy;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDManager;

import dev.tributary.aggregate.Aggregator;
import dev.tributary.aggregate.ExactWeightedMean;
import dev.tributary.objective.ObjectiveSpec;
import dev.tributary.parameters.ParameterLayout;

import java.util.function.BiFunction;

/**
 * A federated algorithm as a composition of parts.
 *
 * @param name as in its paper
 * @param sampler who takes part in a round
 * @param aggregator how updates meet: opens an aggregator for a layout on a device's manager
 * @param serverOptimizer how the global model moves: opens an optimizer for one run
 * @param objective what each client minimizes
 * @param weighting how much each client counts
 */
public record Strategy(
        String name,
        ClientSampler sampler,
        BiFunction<NDManager, ParameterLayout, Aggregator> aggregator,
        ServerOptimizer.Factory serverOptimizer,
        ObjectiveSpec objective,
        Weighting weighting) {

    /** Checks that all parts are there. */
    public Strategy {
        requireNonNull(name, "name is null");
        requireNonNull(sampler, "sampler is null");
        requireNonNull(aggregator, "aggregator is null");
        requireNonNull(serverOptimizer, "serverOptimizer is null");
        requireNonNull(objective, "objective is null");
        requireNonNull(weighting, "weighting is null");
    }

    /** Where clients minimize the loss alone, and count by their examples. */
    public Strategy(
            String name,
            ClientSampler sampler,
            BiFunction<NDManager, ParameterLayout, Aggregator> aggregator,
            ServerOptimizer.Factory serverOptimizer) {
        this(
                name,
                sampler,
                aggregator,
                serverOptimizer,
                ObjectiveSpec.PLAIN,
                Weighting.BY_EXAMPLES);
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
        return new Strategy(newName, sampler, aggregator, newOptimizer, objective, weighting);
    }

    /** The same, but clients minimize something else, and so it has another name. */
    public Strategy withObjective(String newName, ObjectiveSpec newObjective) {
        return new Strategy(newName, sampler, aggregator, serverOptimizer, newObjective, weighting);
    }

    /** The same, but clients count otherwise. */
    public Strategy withWeighting(Weighting newWeighting) {
        return new Strategy(name, sampler, aggregator, serverOptimizer, objective, newWeighting);
    }
}
