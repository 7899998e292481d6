package dev.tributary.data.generated;

import dev.tributary.data.Options;
import dev.tributary.random.RandomStreams;

/**
 * Handwritten-like digits drawn from a seed: a data set to start with, with no file to fetch.
 *
 * @see DigitGenerator
 */
public final class DigitsProvider extends GeneratedProvider {
    private static final int MAX_EXAMPLES = 2_000_000;

    /** For the service loader. */
    public DigitsProvider() {
        super(
                "digits",
                "generated handwritten-like digits, 1 x 28 x 28, 10 classes; needs no files",
                6000,
                1000);
    }

    @Override
    int maximum() {
        return MAX_EXAMPLES;
    }

    @Override
    ExampleGenerator generator(RandomStreams streams, Options options) {
        return new DigitGenerator(streams);
    }
}
