package dev.tributary.data.generated;

import dev.tributary.data.Options;
import dev.tributary.random.RandomStreams;

/**
 * Hourly traffic on twelve roads, drawn from a seed: how much comes next?
 *
 * @see TrafficGenerator
 */
public final class TrafficProvider extends GeneratedProvider {

    /** For the service loader. */
    public TrafficProvider() {
        super(
                "traffic",
                "generated hourly traffic on 12 roads: 12 steps of reading, time of day and"
                        + " capacity, and the next reading; best possible RMSE 0.3; needs no files",
                12_000,
                4_000);
    }

    @Override
    ExampleGenerator generator(RandomStreams streams, Options options) {
        return new TrafficGenerator(streams);
    }
}
