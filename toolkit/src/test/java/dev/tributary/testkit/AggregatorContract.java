package dev.tributary.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

import dev.tributary.aggregate.Aggregator;
import dev.tributary.parameters.HostVector;
import dev.tributary.parameters.ParameterLayout;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** What every aggregator promises; a test of one extends this and opens it. */
@ExtendWith(EngineExtension.class)
public abstract class AggregatorContract {
    /** Not a multiple of any vector width. */
    private static final int SIZE = 1037;

    /** Opens the aggregator under test. */
    protected abstract Aggregator open(NDManager manager, ParameterLayout layout);

    /** The fewest updates that it does with. */
    protected int fewest() {
        return 1;
    }

    static LongStream seeds() {
        return SeededCases.seeds(10);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void orderDoesNotMatter(long seed, NDManager manager) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        Update[] updates = updates(random, Math.max(7, fewest()));
        float[] first = aggregate(manager, updates);
        SeededCases.shuffle(random, updates);
        assertThat(aggregate(manager, updates)).containsExactly(first);
    }

    @Test
    void oneUpdateIsItsOwnAggregate(NDManager manager) throws IOException {
        Update update = updates(new SplittableRandom(1), 1)[0];
        float[] found = aggregate(manager, times(update, fewest()));
        for (int i = 0; i < SIZE; i++) {
            assertThat(found[i]).isCloseTo(update.values[i], within(update.values[i]));
        }
    }

    @Test
    void sameUpdateManyTimesIsThatUpdate(NDManager manager) throws IOException {
        Update update = updates(new SplittableRandom(2), 1)[0];
        float[] found = aggregate(manager, times(update, Math.max(5, fewest())));
        for (int i = 0; i < SIZE; i++) {
            assertThat(found[i]).isCloseTo(update.values[i], within(update.values[i]));
        }
    }

    @Test
    void resetForgetsEverything(NDManager manager) throws IOException {
        Update[] updates = updates(new SplittableRandom(3), Math.max(5, fewest()));
        float[] expected = aggregate(manager, updates);
        try (Aggregator aggregator = open(manager, layout())) {
            accumulate(aggregator, updates(new SplittableRandom(4), 6));
            aggregator.reset();
            assertThat(aggregator.count()).isZero();
            accumulate(aggregator, updates);
            assertThat(finish(manager, aggregator)).containsExactly(expected);
        }
    }

    @Test
    void rangesAreThoseOfTheWhole(NDManager manager) throws IOException {
        Update[] updates = updates(new SplittableRandom(7), Math.max(5, fewest()));
        float[] whole = aggregate(manager, updates);
        try (Aggregator aggregator = open(manager, layout());
                NDArray range = manager.zeros(new Shape(500))) {
            accumulate(aggregator, updates);
            aggregator.finish(501, range);
            assertThat(range.toFloatArray()).containsExactly(Arrays.copyOfRange(whole, 501, 1001));
        }
    }

    @Test
    void nothingCannotBeFinished(NDManager manager) {
        try (Aggregator aggregator = open(manager, layout())) {
            assertThatThrownBy(() -> aggregator.finish(manager))
                    .isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void wrongWeightsAndSizesAreRefusedAndChangeNothing(NDManager manager) throws IOException {
        Update[] updates = updates(new SplittableRandom(5), Math.max(5, fewest()));
        float[] expected = aggregate(manager, updates);
        try (Aggregator aggregator = open(manager, layout())) {
            accumulate(aggregator, updates);
            HostVector vector = HostVector.of(new float[SIZE]);
            for (double weight :
                    new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY, 1e-300}) {
                assertThatThrownBy(() -> aggregator.accumulate(vector, 0, weight))
                        .isInstanceOf(IllegalArgumentException.class);
            }
            HostVector longer = HostVector.of(new float[SIZE + 1]);
            assertThatThrownBy(() -> aggregator.accumulate(longer, 0, 1))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("expected " + SIZE)
                    .hasMessageContaining("found " + (SIZE + 1));
            assertThat(finish(manager, aggregator)).containsExactly(expected);
        }
    }

    /** One update of the contract's layout. */
    protected record Update(float[] values, double weight) {
        float magnitude() {
            return SeededCases.magnitude(values);
        }
    }

    /** The contract's layout: trainables only. */
    protected static ParameterLayout layout() {
        return ParameterLayout.builder().trainable("w", 17, 61).build();
    }

    /** Seeded updates with example counts as weights. */
    protected static Update[] updates(SplittableRandom random, int count) {
        Update[] updates = new Update[count];
        for (int i = 0; i < count; i++) {
            double scale = Math.pow(10, random.nextInt(-4, 2));
            updates[i] =
                    new Update(SeededCases.vector(random, SIZE, scale), random.nextInt(1, 1000));
        }
        return updates;
    }

    /** Accumulates and finishes in an aggregator of its own. */
    protected float[] aggregate(NDManager manager, Update[] updates) throws IOException {
        try (Aggregator aggregator = open(manager, layout())) {
            accumulate(aggregator, updates);
            return finish(manager, aggregator);
        }
    }

    /** Accumulates in order. */
    protected static void accumulate(Aggregator aggregator, Update[] updates) throws IOException {
        for (Update update : updates) {
            aggregator.accumulate(
                    HostVector.of(update.values), update.magnitude(), update.weight());
        }
    }

    /** Finishes and reads the aggregate. */
    protected static float[] finish(NDManager manager, Aggregator aggregator) {
        try (NDArray aggregate = aggregator.finish(manager)) {
            return aggregate.toFloatArray();
        }
    }

    private static Update[] times(Update update, int count) {
        return Stream.generate(() -> update).limit(count).toArray(Update[]::new);
    }

    private static org.assertj.core.data.Offset<Float> within(float value) {
        return org.assertj.core.data.Offset.offset(Math.max(Math.abs(value) * 1e-6f, 1e-9f));
    }
}
