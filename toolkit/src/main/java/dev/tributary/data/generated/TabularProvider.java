package dev.tributary.data.generated;

import dev.tributary.data.DatasetProvider;
import dev.tributary.data.DatasetSource;
import dev.tributary.data.Options;
import dev.tributary.random.RandomStreams;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.Map;

/**
 * A table drawn from a seed, whose best possible accuracy is known: a spiral hidden among Gaussian
 * features.
 *
 * @see SpiralGenerator
 */
public final class TabularProvider implements DatasetProvider {
    private static final int MAX_EXAMPLES = 10_000_000;

    /** For the service loader. */
    public TabularProvider() {}

    @Override
    public String name() {
        return "tabular";
    }

    @Override
    public String description() {
        return "generated table: a spiral hidden in Gaussian features, best possible accuracy"
                + " 1 - noise; needs no files";
    }

    @Override
    public Map<String, String> options() {
        return Map.of(
                "examples", "training examples, 6000 by default",
                "test-examples", "test examples, 1000 by default",
                "features", "columns, at least 2, 10 by default",
                "classes", "classes, equally frequent, 2 by default",
                "noise", "share of labels that are wrong, in [0, 0.5), 0.05 by default");
    }

    @Override
    public DatasetSource open(@Nullable Path directory, Map<String, String> options, long seed) {
        Options checked = Options.of("data set \"tabular\"", options(), options);
        SpiralGenerator generator =
                new SpiralGenerator(
                        new RandomStreams(seed),
                        checked.wholeNumber("features", 10, 2, 10_000),
                        checked.wholeNumber("classes", 2, 2, 1000),
                        checked.number("noise", 0.05, 0, Math.nextDown(0.5)));
        return new GeneratedSource(
                generator,
                checked.wholeNumber("examples", 6000, 1, MAX_EXAMPLES),
                checked.wholeNumber("test-examples", 1000, 1, MAX_EXAMPLES));
    }
}
