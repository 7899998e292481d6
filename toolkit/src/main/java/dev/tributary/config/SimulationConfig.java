package dev.tributary.config;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * How simulated clients behave under a virtual clock; servers do not read it.
 *
 * <p>A client that trains n examples in e local epochs takes {@code latency + e * n *
 * secondsPerExample * slowness} of virtual time, and its update counts if that is no longer than
 * {@code cohort.deadline}.
 *
 * @param speed how slownesses are distributed; default all 1
 * @param secondsPerExample what the usual client takes to train one example, finite and positive;
 *     default 0.001
 * @param latency what the way to the client and back takes, in whole milliseconds, above 0; default
 *     100 ms
 * @param availability how likely it is that a client can be asked, in each round anew, in (0, 1];
 *     default 1
 * @param dropout how likely it is that a client which was asked never answers, each time anew, in
 *     [0, 1); default 0
 */
public record SimulationConfig(
        SpeedConfig speed,
        double secondsPerExample,
        Duration latency,
        double availability,
        double dropout) {
    static final Setting<Double> SECONDS_PER_EXAMPLE =
            Setting.positive("simulation.seconds-per-example");
    static final Setting<Duration> LATENCY = Setting.duration("simulation.latency");
    static final Setting<Double> AVAILABILITY =
            Setting.number(
                    "simulation.availability",
                    "a number in (0, 1]",
                    value -> value > 0 && value <= 1);
    static final Setting<Double> DROPOUT = Setting.belowOne("simulation.dropout");

    static final double DEFAULT_SECONDS_PER_EXAMPLE = 0.001;
    static final Duration DEFAULT_LATENCY = Duration.ofMillis(100);

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if one is left
     */
    public SimulationConfig {
        requireNonNull(speed, "speed is null");
        SECONDS_PER_EXAMPLE.check(secondsPerExample);
        LATENCY.check(latency);
        AVAILABILITY.check(availability);
        DROPOUT.check(dropout);
    }

    /** Reliable clients that all take equally long. */
    public static SimulationConfig steady() {
        return new SimulationConfig(
                SpeedConfig.constant(), DEFAULT_SECONDS_PER_EXAMPLE, DEFAULT_LATENCY, 1, 0);
    }

    /** The same with other speeds. */
    public SimulationConfig withSpeed(SpeedConfig newSpeed) {
        return new SimulationConfig(newSpeed, secondsPerExample, latency, availability, dropout);
    }

    /** The same with another availability. */
    public SimulationConfig withAvailability(double newAvailability) {
        return new SimulationConfig(speed, secondsPerExample, latency, newAvailability, dropout);
    }

    /** The same with another dropout. */
    public SimulationConfig withDropout(double newDropout) {
        return new SimulationConfig(speed, secondsPerExample, latency, availability, newDropout);
    }
}
