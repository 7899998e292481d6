package dev.tributary.data.generated;

import dev.tributary.data.Options;
import dev.tributary.random.RandomStreams;

/**
 * Users' ratings of items, drawn from a seed: how much will a user like an item?
 *
 * @see RatingsGenerator
 */
public final class RatingsProvider extends GeneratedProvider {

    /** For the service loader. */
    public RatingsProvider() {
        super(
                "ratings",
                "generated ratings of 100 items by 300 users: user, item and 3 tastes of the user;"
                        + " best possible RMSE 0.5; needs no files",
                24_000,
                6_000);
    }

    @Override
    ExampleGenerator generator(RandomStreams streams, Options options) {
        return new RatingsGenerator(streams);
    }
}
