package dev.tributary.data.generated;

import dev.tributary.data.Options;
import dev.tributary.random.RandomStreams;

import java.util.Map;

/**
 * A table drawn from a seed, whose best possible accuracy is known: a spiral hidden among Gaussian
 * features.
 *
 * @see SpiralGenerator
 */
public final class TabularProvider extends GeneratedProvider {

    /** For the service loader. */
    public TabularProvider() {
        super(
                "tabular",
                "generated table: a spiral hidden in Gaussian features, best possible accuracy"
                        + " 1 - noise; needs no files",
                6000,
                1000);
    }

    @Override
    Map<String, String> ruleOptions() {
        return Map.of(
                "features", "columns, at least 2, 10 by default",
                "classes", "classes, equally frequent, 2 by default",
                "noise", "share of labels that are wrong, in [0, 0.5), 0.05 by default");
    }

    @Override
    ExampleGenerator generator(RandomStreams streams, Options options) {
        return new SpiralGenerator(
                streams,
                options.wholeNumber("features", 10, 2, 10_000),
                options.wholeNumber("classes", 2, 2, 1000),
                options.number("noise", 0.05, 0, Math.nextDown(0.5)));
    }
}
