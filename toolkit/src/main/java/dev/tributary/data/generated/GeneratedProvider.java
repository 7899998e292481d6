package dev.tributary.data.generated;

import dev.tributary.data.DatasetProvider;
import dev.tributary.data.DatasetSource;
import dev.tributary.data.Options;
import dev.tributary.random.RandomStreams;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.Map;

/** What providers of generated data share: their options are the numbers of examples. */
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
        return Map.of(
                EXAMPLES, "training examples, %d by default".formatted(examples),
                TEST_EXAMPLES, "test examples, %d by default".formatted(testExamples));
    }

    @Override
    public final DatasetSource open(
            @Nullable Path directory, Map<String, String> options, long seed) {
        Options checked = Options.of("data set \"" + name + '"', options(), options);
        return new GeneratedSource(
                generator(new RandomStreams(seed)),
                checked.wholeNumber(EXAMPLES, examples, 1, MAX_EXAMPLES),
                checked.wholeNumber(TEST_EXAMPLES, testExamples, 1, MAX_EXAMPLES));
    }

    /** The rule by which examples are made, for a seed. */
    abstract ExampleGenerator generator(RandomStreams streams);
}
