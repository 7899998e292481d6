package dev.tributary.data.generated;

import dev.tributary.data.Options;
import dev.tributary.random.RandomStreams;

/**
 * The textbook exercise, drawn from a seed: classes whose log-odds are a linear function.
 *
 * @see LogitGenerator
 */
public final class LogitProvider extends GeneratedProvider {

    /** For the service loader. */
    public LogitProvider() {
        super(
                "logit",
                "generated logistic regression: 10 normal features, 2 classes, least possible loss"
                        + " 0.462; needs no files",
                20_000,
                20_000);
    }

    @Override
    ExampleGenerator generator(RandomStreams streams, Options options) {
        return new LogitGenerator(streams);
    }
}
