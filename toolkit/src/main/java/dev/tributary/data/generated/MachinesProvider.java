package dev.tributary.data.generated;

import dev.tributary.data.Options;
import dev.tributary.random.RandomStreams;

/**
 * Windows of three sensors on ten machines, drawn from a seed: does one begin to fail?
 *
 * @see MachinesGenerator
 */
public final class MachinesProvider extends GeneratedProvider {

    /** For the service loader. */
    public MachinesProvider() {
        super(
                "machines",
                "generated sensor windows of 10 machines: 24 steps of 3 sensors, 2 classes, best"
                        + " possible accuracy 0.940; needs no files",
                8_000,
                20_000);
    }

    @Override
    ExampleGenerator generator(RandomStreams streams, Options options) {
        return new MachinesGenerator(streams);
    }
}
