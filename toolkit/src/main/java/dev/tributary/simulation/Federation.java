package dev.tributary.simulation;

import dev.tributary.config.RunConfig;
import dev.tributary.random.RandomStreams;
import dev.tributary.strategy.Strategy;

import java.util.SortedMap;

/**
 * What the rounds of a simulation share.
 *
 * @param config the run file
 * @param streams the run's random streams
 * @param strategy the one that the run file names
 * @param population the clients
 * @param clients their example counts
 * @param model the global model
 * @param workers the threads that train and evaluate
 * @param listener hears what happens
 */
record Federation(
        RunConfig config,
        RandomStreams streams,
        Strategy strategy,
        Population population,
        SortedMap<String, Long> clients,
        SimulatedModel model,
        WorkerPool workers,
        SimulationListener listener) {

    /** Examples that a client trains in a round, each epoch counted. */
    long trained(String client) {
        return exampleCount(client) * config.training().localEpochs();
    }

    /** The time that a client has to answer. */
    double deadlineSeconds() {
        return config.cohort().deadline().toMillis() / 1e3;
    }

    long exampleCount(String client) {
        return clients.getOrDefault(client, 0L);
    }
}
