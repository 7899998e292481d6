package dev.tributary.data.generated;

import dev.tributary.data.Options;
import dev.tributary.random.RandomStreams;

/**
 * Card payments at five banks, drawn from a seed: which are frauds?
 *
 * @see FraudGenerator
 */
public final class FraudProvider extends GeneratedProvider {

    /** For the service loader. */
    public FraudProvider() {
        super(
                "fraud",
                "generated card payments of 5 banks, 1 in 200 a fraud: 8 numbers, 2 classes, best"
                        + " possible AUC 0.967; needs no files",
                200_000,
                100_000);
    }

    @Override
    ExampleGenerator generator(RandomStreams streams, Options options) {
        return new FraudGenerator(streams);
    }
}
