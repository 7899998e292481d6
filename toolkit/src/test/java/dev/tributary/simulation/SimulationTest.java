package dev.tributary.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.norm.BatchNorm;

import dev.tributary.config.CohortConfig;
import dev.tributary.config.EvaluationConfig;
import dev.tributary.config.RunConfig;
import dev.tributary.config.SamplerConfig;
import dev.tributary.config.StopConfig;
import dev.tributary.config.StrategyConfig;
import dev.tributary.data.LocalDataset;
import dev.tributary.protocol.RoundMetrics;
import dev.tributary.testkit.LiveArrays;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

@Timeout(60)
class SimulationTest {
    private final TinyWorld world = new TinyWorld(9);
    private final Recorder recorder = new Recorder();

    @Test
    void modelDoesNotDependOnTheNumberOfThreads() throws InterruptedException {
        RunConfig config = TinyWorld.run(9, 5, 4).build();
        float[] alone = model(config, 1);

        assertThat(model(config, 3)).isEqualTo(alone);
        assertThat(model(config.toBuilder().seed(2).build(), 3)).isNotEqualTo(alone);
    }

    @Test
    void clientsLearnTogetherAndEveryRoundIsTold() throws InterruptedException {
        try (Simulation simulation =
                world.simulation(TinyWorld.run(9, 5, 20).build(), 2, recorder)) {
            Simulation.Outcome outcome = simulation.run();

            assertThat(outcome.succeeded()).isTrue();
            assertThat(outcome.message()).isEqualTo("all 20 rounds done");
            assertThat(recorder.rounds).extracting(RoundMetrics::round).hasSize(21).isSorted();
            assertThat(recorder.rounds.get(0).cohort()).isZero();
            assertThat(recorder.rounds.get(20).accepted()).isEqualTo(5);
            assertThat(recorder.rounds.get(20).bytesUp()).isEqualTo(5 * 10 * 4);
            assertThat(accuracy(20)).isGreaterThan(0.9);
        }
    }

    @Test
    void simulationThatCannotBeginLeavesNothingOnTheDevice() throws ReflectiveOperationException {
        RunConfig config = TinyWorld.run(9, 5, 1).build();
        AtomicInteger made = new AtomicInteger();
        Supplier<Block> counted =
                () -> {
                    made.incrementAndGet();
                    return TinyWorld.layer(2);
                };
        TinyWorld.simulation(config, world, counted, 0, 2, recorder).close();
        AtomicInteger left = new AtomicInteger(made.get() - 1);
        Supplier<Block> failing =
                () -> {
                    if (left.getAndDecrement() == 0) {
                        throw new IllegalStateException("no block");
                    }
                    return TinyWorld.layer(2);
                };
        int before = LiveArrays.count();
        assertThatThrownBy(
                        () -> TinyWorld.simulation(config, world, failing, 0, 2, recorder).close())
                .hasMessage("no block");
        assertThat(LiveArrays.count()).isEqualTo(before);
    }

    @Test
    void runEndsAtItsTarget() throws InterruptedException {
        RunConfig config =
                TinyWorld.run(9, 5, 50).stop(StopConfig.never().withAccuracy(0.9)).build();
        try (Simulation simulation = world.simulation(config, 2, recorder)) {
            Simulation.Outcome outcome = simulation.run();

            int last = simulation.modelVersion();
            assertThat(last).isLessThan(50);
            assertThat(accuracy(last)).isGreaterThanOrEqualTo(0.9);
            assertThat(accuracy(last - 1)).isLessThan(0.9);
            assertThat(outcome.message()).contains("reached the target of 0.9");
        }
    }

    @Test
    void runWithoutEvaluationEndsAfterItsLastRound() throws InterruptedException {
        RunConfig config =
                TinyWorld.run(9, 5, 3).evaluation(new EvaluationConfig(false, false, 1)).build();
        try (Simulation simulation = world.simulation(config, 2, recorder)) {
            assertThat(simulation.run().succeeded()).isTrue();
            assertThat(simulation.modelVersion()).isEqualTo(3);
            assertThat(recorder.rounds.get(3).accuracy()).isNull();
        }
    }

    @Test
    void federatedEvaluationCountsTheExamplesOfThoseWhoTookPart() throws InterruptedException {
        RunConfig config =
                TinyWorld.run(4, 4, 2).evaluation(new EvaluationConfig(false, true, 1)).build();
        try (Simulation simulation = TinyWorld.simulation(config, new TinyWorld(4), 2, recorder)) {
            simulation.run();

            Double accuracy = recorder.rounds.get(2).federatedAccuracy();
            double correct = (3 + 4 + 5 + 6) * Objects.requireNonNull(accuracy);
            assertThat(correct).isCloseTo(Math.rint(correct), Offset.offset(1e-9)).isPositive();
        }
    }

    @Test
    void clientThatDivergesIsLeftOut() throws InterruptedException {
        RunConfig config = TinyWorld.run(3, 3, 2).cohort(CohortConfig.of(3).withMinimum(2)).build();
        try (Simulation simulation =
                TinyWorld.simulation(config, new Spoiled(new TinyWorld(3)), 2, recorder)) {
            assertThat(simulation.run().succeeded()).isTrue();

            assertThat(recorder.rounds.get(2).accepted()).isEqualTo(2);
            assertThat(recorder.failures).hasSize(2).allMatch(text -> text.contains("client-1"));
            assertThat(TinyWorld.vector(simulation)).doesNotContain(Float.NaN);
        }
    }

    @Test
    void roundWithTooFewUpdatesFailsTheRunAndLeavesTheModel() throws InterruptedException {
        RunConfig config = TinyWorld.run(3, 3, 2).cohort(CohortConfig.of(3).withMinimum(3)).build();
        try (Simulation simulation =
                TinyWorld.simulation(config, new Spoiled(new TinyWorld(3)), 2, recorder)) {
            Simulation.Outcome outcome = simulation.run();

            assertThat(outcome.succeeded()).isFalse();
            assertThat(outcome.message())
                    .isEqualTo("round 1: expected updates of at least 3 clients, found 2");
            assertThat(TinyWorld.vector(simulation)).containsOnly(0);
        }
    }

    @Test
    void samplerOfTheRunFileHearsOfTheRoundsBefore() throws InterruptedException {
        CohortConfig available =
                CohortConfig.of(3).withSampler(new SamplerConfig("available", Map.of()));
        RunConfig config = TinyWorld.run(9, 3, 6).cohort(available).build();
        try (Simulation simulation = world.simulation(config, 2, recorder)) {
            assertThat(simulation.run().succeeded()).isTrue();

            // Twice three rounds, in each of which everybody has one turn.
            assertThat(recorder.cohorts).hasSize(6);
            for (int from = 0; from < 6; from += 3) {
                assertThat(recorder.cohorts.subList(from, from + 3).stream().flatMap(List::stream))
                        .hasSize(9)
                        .doesNotHaveDuplicates();
            }
        }
    }

    @Test
    void robustRuleNeedsNoMoreMemoryThanItsFileAndDependsNotOnThreads()
            throws InterruptedException {
        RunConfig config =
                TinyWorld.run(9, 7, 4)
                        .cohort(CohortConfig.of(7).withMinimum(7))
                        .strategy(new StrategyConfig("bulyan", 1, Map.of()))
                        .build();
        assertThat(model(config, 3)).isEqualTo(model(config, 1)).isNotEqualTo(new float[10]);
        assertThatThrownBy(
                        () ->
                                model(
                                        config.toBuilder()
                                                .cohort(CohortConfig.of(7).withMinimum(6))
                                                .build(),
                                        1))
                .hasMessageContaining("cohort.minimum: expected at least 7")
                .hasMessageContaining("n >= 4f + 3 with f = 1; found 6");
    }

    @Test
    void moreClientsThanThereAreAreRefusedAsAServerWouldWaitForThem() {
        assertThatThrownBy(() -> world.simulation(TinyWorld.run(9, 10, 1).build(), 1, recorder))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("cohort.wait-for: expected at most")
                .hasMessageContaining("9 by data.partition.clients")
                .hasMessageContaining("found 10");
    }

    @Test
    void cohortMayBeLargerThanTheClientsThatARunBeginsWith() throws InterruptedException {
        RunConfig config =
                TinyWorld.run(9, 10, 1).cohort(CohortConfig.of(10).withWaitFor(9)).build();
        assertThat(model(config, 1)).isEqualTo(model(TinyWorld.run(9, 9, 1).build(), 1));
    }

    @Test
    void brokenPopulationEndsTheRunWithItsMessage() {
        Population broken =
                new Population() {
                    private int calls;

                    @Override
                    public SortedMap<String, Long> exampleCounts() {
                        return world.exampleCounts();
                    }

                    @Override
                    public synchronized LocalDataset data(String client) {
                        if (++calls > 3) {
                            throw new IllegalStateException("the disk is gone");
                        }
                        return world.data(client);
                    }
                };
        try (Simulation simulation =
                TinyWorld.simulation(TinyWorld.run(9, 5, 2).build(), broken, 2, recorder)) {
            assertThatThrownBy(simulation::run).hasMessageContaining("the disk is gone");
        }
    }

    @Test
    void modelWithBatchNormLearnsUnderFedAdam() throws InterruptedException {
        RunConfig config =
                TinyWorld.run(9, 9, 60)
                        .strategy(new StrategyConfig("fedadam", 0.1, Map.of()))
                        .build();
        Supplier<Block> normalized =
                () ->
                        new SequentialBlock()
                                .add(BatchNorm.builder().build())
                                .add(TinyWorld.layer(2));
        try (Simulation simulation =
                TinyWorld.simulation(config, world, normalized, 0.5f, 2, recorder)) {
            assertThat(simulation.run().succeeded()).isTrue();
            assertThat(accuracy(60)).isGreaterThan(0.85);
            float[] vector = TinyWorld.vector(simulation);
            // The variance of numbers in [-0.5, 0.5) is 1/12.
            for (int i = vector.length - TinyWorld.FEATURES; i < vector.length; i++) {
                assertThat(vector[i]).isBetween(0.04f, 0.13f);
            }
        }
    }

    @Test
    void deviceMemoryDoesNotGrowWithRounds() throws InterruptedException {
        List<Integer> alive = new ArrayList<>();
        List<Simulation> running = new ArrayList<>();
        SimulationListener counter =
                new SimulationListener() {
                    @Override
                    public void roundEnded(RoundMetrics metrics) {
                        running.forEach(
                                simulation ->
                                        alive.add(simulation.manager().getManagedArrays().size()));
                    }
                };
        try (Simulation simulation = world.simulation(TinyWorld.run(9, 5, 6).build(), 2, counter)) {
            running.add(simulation);
            simulation.run();
        }
        assertThat(alive).hasSize(7);
        assertThat(alive.get(6)).isEqualTo(alive.get(1));
    }

    private float[] model(RunConfig config, int threads) throws InterruptedException {
        try (Simulation simulation = world.simulation(config, threads, SimulationListener.NONE)) {
            simulation.run();
            return TinyWorld.vector(simulation);
        }
    }

    private double accuracy(int round) {
        return Objects.requireNonNull(recorder.rounds.get(round).accuracy());
    }

    /** Remembers what it hears. */
    private static final class Recorder implements SimulationListener {
        private final List<RoundMetrics> rounds = new ArrayList<>();
        private final List<String> failures = new ArrayList<>();
        private final List<List<String>> cohorts = new ArrayList<>();

        @Override
        public void roundBegins(int round, List<String> cohort) {
            cohorts.add(cohort);
        }

        @Override
        public void roundEnded(RoundMetrics metrics) {
            rounds.add(metrics);
        }

        @Override
        public synchronized void failed(int round, String client, String cause) {
            failures.add(round + " " + client + " " + cause);
        }
    }

    /** A population in which client-1's features are beyond all bounds. */
    private record Spoiled(TinyWorld world) implements Population {
        @Override
        public SortedMap<String, Long> exampleCounts() {
            return world.exampleCounts();
        }

        @Override
        public LocalDataset data(String client) {
            LocalDataset data = world.data(client);
            if (client.equals("client-1")) {
                Arrays.fill(data.features(), Float.MAX_VALUE);
            }
            return data;
        }
    }
}
