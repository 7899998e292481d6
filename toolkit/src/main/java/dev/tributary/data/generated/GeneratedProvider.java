package dev.tributary.data.generated;

import dev.tributary.data.DatasetProvider;
import dev.tributary.data.DatasetSource;
import dev.tributary.data.Options;
import dev.tributary.random.RandomStreams;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What providers of generated data share: numbers of examples are options, beside those of the rule
 * that makes them.
 */
abstract class GeneratedProvider implements DatasetProvider {
    private static final int MAX_EXAMPLES = 10_000_000;
    private static final String EXAMPLES = "examples";
    private static final String TEST_EXAMPLES = "test-examples";

    private final String name;
    private final String description;
    private final int examples;
    private final int testExamples;

    /**
     * @param examples training examples where the user does not say
     * @param testExamples test examples where the user does not say
     */
    GeneratedProvider(String name, String description, int examples, int testExamples) {
        this.name = name;
        this.description = description;
        this.examples = examples;
        this.testExamples = testExamples;
    }

    @Override
    public final String name() {
        return name;
    }

    @Override
    public final String description() {
        return description;
    }

    @Override
    public final Map<String, String> options() {
        Map<String, String> options = new LinkedHashMap<>();
        options.put(EXAMPLES, "training examples, %d by default".formatted(examples));
        options.put(TEST_EXAMPLES, "test examples, %d by default".formatted(testExamples));
        options.putAll(ruleOptions());
        return options;
    }

    @Override
    public final DatasetSource open(
            @Nullable Path directory, Map<String, String> options, long seed) {
        Options checked = Options.of("data set \"" + name + '"', options(), options);
        return new GeneratedSource(
                generator(new RandomStreams(seed), checked),
                checked.wholeNumber(EXAMPLES, examples, 1, maximum()),
                checked.wholeNumber(TEST_EXAMPLES, testExamples, 1, maximum()));
    }

    /** The most examples of a part. */
    int maximum() {
        return MAX_EXAMPLES;
    }

    /** The options of the rule, each with a line that says what it means. */
    Map<String, String> ruleOptions() {
        return Map.of();
    }

    /** The rule by which examples are made, for a seed. */
    abstract ExampleGenerator generator(RandomStreams streams, Options options);
}
