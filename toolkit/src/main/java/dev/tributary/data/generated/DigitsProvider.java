package dev.tributary.data.generated;

import dev.tributary.data.DatasetProvider;
import dev.tributary.data.DatasetSource;
import dev.tributary.data.Options;
import dev.tributary.random.RandomStreams;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.Map;

/**
 * Handwritten-like digits drawn from a seed: a data set to start with, with no file to fetch.
 *
 * @see DigitGenerator
 */
public final class DigitsProvider implements DatasetProvider {
    private static final int MAX_EXAMPLES = 2_000_000;

    /** For the service loader. */
    public DigitsProvider() {}

    @Override
    public String name() {
        return "digits";
    }

    @Override
    public String description() {
        return "generated handwritten-like digits, 1 x 28 x 28, 10 classes; needs no files";
    }

    @Override
    public Map<String, String> options() {
        return Map.of(
                "examples", "training examples, 6000 by default",
                "test-examples", "test examples, 1000 by default");
    }

    @Override
    public DatasetSource open(@Nullable Path directory, Map<String, String> options, long seed) {
        Options checked = Options.of("data set \"digits\"", options(), options);
        return new GeneratedSource(
                new DigitGenerator(new RandomStreams(seed)),
                checked.wholeNumber("examples", 6000, 1, MAX_EXAMPLES),
                checked.wholeNumber("test-examples", 1000, 1, MAX_EXAMPLES));
    }
}
