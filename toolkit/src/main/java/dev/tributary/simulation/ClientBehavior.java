package dev.tributary.simulation;

import dev.tributary.config.SimulationConfig;
import dev.tributary.config.SpeedConfig;
import dev.tributary.random.Distributions;
import dev.tributary.random.RandomStreams;
import dev.tributary.random.RandomStreams.Purpose;

import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * How fast and how reliable the simulated clients are.
 *
 * <p>Every answer depends on the seed and the arguments alone. Thread-safe.
 */
final class ClientBehavior {
    private final SimulationConfig config;
    private final RandomStreams streams;

    ClientBehavior(SimulationConfig config, RandomStreams streams) {
        this.config = config;
        this.streams = streams;
    }

    /** How many times longer than usual a client takes, in every round; positive. */
    double slowness(String client) {
        SpeedConfig speed = config.speed();
        SplittableRandom random = streams.stream(Purpose.SPEED, 0, client);
        double drawn =
                switch (speed.shape()) {
                    case CONSTANT -> 1;
                    case UNIFORM -> 1 + speed.width() * (2 * random.nextDouble() - 1);
                    case LOGNORMAL ->
                            StrictMath.exp(speed.sigma() * Distributions.gaussian(random));
                    case PARETO -> StrictMath.pow(1 - random.nextDouble(), -1 / speed.alpha());
                };
        // Extreme parameters overflow; whoever takes so long never arrives.
        return Math.min(Math.max(drawn, Double.MIN_NORMAL), Float.MAX_VALUE);
    }

    /**
     * From a client's being asked to its answer.
     *
     * @param examples how many it trains, each epoch counted
     */
    double seconds(String client, long examples) {
        return config.latency().toMillis() / 1e3
                + config.secondsPerExample() * examples * slowness(client);
    }

    /** Those that can be asked this time. */
    SortedMap<String, Long> available(SortedMap<String, Long> clients, long time) {
        if (config.availability() == 1) {
            return clients;
        }
        SortedMap<String, Long> available = new TreeMap<>(clients);
        available
                .keySet()
                .removeIf(
                        client ->
                                streams.stream(Purpose.AVAILABILITY, time, client).nextDouble()
                                        >= config.availability());
        return available;
    }

    /** Whether a client that is asked this time never answers. */
    boolean dropsOut(String client, long time) {
        return config.dropout() > 0
                && streams.stream(Purpose.DROPOUT, time, client).nextDouble() < config.dropout();
    }
}
