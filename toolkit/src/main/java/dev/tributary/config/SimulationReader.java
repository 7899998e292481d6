package dev.tributary.config;

import java.time.Duration;
import java.util.Optional;

/** Reads the section {@code simulation}. */
final class SimulationReader {
    private SimulationReader() {}

    static Optional<SimulationConfig> read(YamlSection section) {
        Optional<SpeedConfig> speed = speed(section.sectionOrName("speed", "shape"));
        double perExample =
                section.value(
                        SimulationConfig.SECONDS_PER_EXAMPLE,
                        SimulationConfig.DEFAULT_SECONDS_PER_EXAMPLE);
        Duration latency =
                section.value(SimulationConfig.LATENCY, SimulationConfig.DEFAULT_LATENCY);
        double availability = section.value(SimulationConfig.AVAILABILITY, 1.0);
        double dropout = section.value(SimulationConfig.DROPOUT, 0.0);
        return section.build(
                () ->
                        new SimulationConfig(
                                speed.orElseThrow(), perExample, latency, availability, dropout));
    }

    private static Optional<SpeedConfig> speed(YamlSection section) {
        SpeedConfig.Shape shape = section.value(SpeedConfig.SHAPE, SpeedConfig.constant().shape());
        double width = section.value(SpeedConfig.WIDTH, SpeedConfig.DEFAULT_WIDTH);
        double sigma = section.value(SpeedConfig.SIGMA, SpeedConfig.DEFAULT_SIGMA);
        double alpha = section.value(SpeedConfig.ALPHA, SpeedConfig.DEFAULT_ALPHA);
        return section.build(() -> new SpeedConfig(shape, width, sigma, alpha));
    }
}
