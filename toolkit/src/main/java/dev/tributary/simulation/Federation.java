package dev.tributary.simulation;

import dev.tributary.config.RunConfig;
import dev.tributary.random.RandomStreams;
import dev.tributary.strategy.Strategy;
import dev.tributary.strategy.sampling.ClientHistories;
import dev.tributary.training.Holdout;
import dev.tributary.training.TrainingPlan;

import java.util.List;
import java.util.SortedMap;

/**
 * What the rounds of a simulation share.
 *
 * @param config the run file
 * @param streams the run's random streams
 * @param strategy the one that the run file names
 * @param data the clients' data
 * @param clients their example counts
 * @param histories what samplers are told of them
 * @param model the global model
 * @param states what the clients remember
 * @param workers the threads that train and evaluate
 * @param listener hears what happens
 */
record Federation(
        RunConfig config,
        RandomStreams streams,
        Strategy strategy,
        ResidentData data,
        SortedMap<String, Long> clients,
        ClientHistories histories,
        SimulatedModel model,
        ClientStates states,
        WorkerPool workers,
        SimulationListener listener) {

    /** Before the first round. */
    static Federation of(
            Simulation.Setting setting,
            ResidentData data,
            SimulatedModel model,
            ClientStates states,
            WorkerPool workers,
            SimulationListener listener) {
        return new Federation(
                setting.config(),
                new RandomStreams(setting.config().seed()),
                setting.strategy(),
                data,
                setting.population().exampleCounts(),
                new ClientHistories(),
                model,
                states,
                workers,
                listener);
    }

    /** What a client does in a round. */
    TrainingPlan training() {
        return strategy.training(config.training());
    }

    /** Examples that a client trains in a round, each epoch counted. */
    long trained(String client) {
        Holdout holdout = new Holdout(config.training().holdout(), streams, client);
        return holdout.trained(exampleCount(client)) * config.training().localEpochs();
    }

    /** The time that a client has to answer. */
    double deadlineSeconds() {
        return config.cohort().deadline().toMillis() / 1e3;
    }

    /** Chooses so many of those who can be asked. */
    List<String> sample(SortedMap<String, Long> eligible, int count, int round) {
        return strategy.sampler().sample(histories.of(eligible), count, streams, round);
    }

    long exampleCount(String client) {
        return clients.getOrDefault(client, 0L);
    }
}
