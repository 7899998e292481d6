package dev.tributary.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.norm.BatchNorm;

import dev.tributary.config.EvaluationConfig;
import dev.tributary.config.RunConfig;
import dev.tributary.config.RunConfigBuilder;
import dev.tributary.config.StrategyConfig;
import dev.tributary.data.LocalDataset;
import dev.tributary.protocol.RoundMetrics;
import dev.tributary.training.TrainingPlan;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** Local objectives at work with a real trainer, and clients that remember. */
@Timeout(60)
class ObjectiveSimulationTest {
    private static final Map<String, Map<String, String>> OPTIONS =
            Map.of(
                    "fedper",
                    Map.of("local", "*bias"),
                    "fedrep",
                    Map.of("local", "*bias", "head-epochs", "2"),
                    "feddyn",
                    Map.of("alpha", "0.1"));

    private final List<RoundMetrics> rounds = new ArrayList<>();
    private final SimulationListener recorder =
            new SimulationListener() {
                @Override
                public void roundEnded(RoundMetrics metrics) {
                    rounds.add(metrics);
                }
            };

    @ParameterizedTest
    @ValueSource(
            strings = {"scaffold", "feddyn", "fednova", "fedper", "fedrep", "ditto", "qfedavg"})
    void learnsAndDoesNotDependOnTheNumberOfThreads(String strategy) throws InterruptedException {
        RunConfig config =
                run(strategy, 9, 5, 20).evaluation(new EvaluationConfig(true, true, 20)).build();
        float[] alone = model(config, 1);
        assertThat(model(config, 3)).isEqualTo(alone).hasSize(10);

        RoundMetrics last = rounds.get(20);
        assertThat(Objects.requireNonNull(last.accuracy())).isGreaterThan(0.85);
        assertThat(Objects.requireNonNull(last.federatedAccuracy())).isGreaterThan(0.85);
    }

    @ParameterizedTest
    @ValueSource(strings = {"scaffold", "feddyn", "fednova", "fedper", "fedrep", "qfedavg"})
    void isNotFedAvg(String strategy) throws InterruptedException {
        assertThat(model(run(strategy, 9, 5, 3).build(), 2))
                .isNotEqualTo(model(run("fedavg", 9, 5, 3).build(), 2));
    }

    @Test
    void dittoLeavesTheGlobalModelToFedAvg() throws InterruptedException {
        assertThat(model(run("ditto", 9, 5, 5).build(), 2))
                .isEqualTo(model(run("fedavg", 9, 5, 5).build(), 2));
    }

    /** What fine-tuning is worth, client by client. */
    @Test
    void clientsEvaluateBeforeAndAfterTheyFineTune() throws InterruptedException {
        EvaluationConfig federated = new EvaluationConfig(true, true, 1);
        float[] tuned = model(run("fine-tuning", 9, 9, 3).evaluation(federated).build(), 2);
        RoundMetrics last = rounds.get(3);
        Map<String, Double> measures = Objects.requireNonNull(last.federatedMeasures());
        float[] plain = model(run("fedavg", 9, 9, 3).evaluation(federated).build(), 2);
        assertThat(tuned).isEqualTo(plain);

        RoundMetrics before = rounds.get(3);
        assertThat(measures.get("globalLoss")).isEqualTo(before.federatedLoss());
        assertThat(measures.get("globalAccuracy")).isEqualTo(before.federatedAccuracy());
        assertThat(Objects.requireNonNull(last.federatedLoss()))
                .isLessThan(Objects.requireNonNull(before.federatedLoss()));
        assertThat(measures).containsKeys("worstAccuracy", "accuracyDeviation");
        assertThat(before.federatedMeasures()).doesNotContainKey("globalLoss");
    }

    /**
     * Labels that follow no rule can be learned by heart, and foretold no better than by a coin.
     */
    @Test
    void clientsEvaluateTheirModelsOnExamplesThatTheyHoldOut() throws InterruptedException {
        double byHeart = personalAccuracy(0);
        double foretold = personalAccuracy(0.5);

        assertThat(byHeart).isGreaterThan(0.85);
        assertThat(foretold).isBetween(0.3, 0.7);
    }

    private double personalAccuracy(double holdout) throws InterruptedException {
        RunConfig config =
                TinyWorld.run(25, 25, 1)
                        .strategy(new StrategyConfig("fine-tuning", 1, Map.of("epochs", "100")))
                        .training(TrainingPlan.sgd(1, 3, 2).withHoldout(holdout))
                        .evaluation(new EvaluationConfig(false, true, 1))
                        .build();
        try (Simulation simulation = TinyWorld.simulation(config, new Coins(25), 2, recorder)) {
            simulation.run();
        }
        return Objects.requireNonNull(rounds.get(rounds.size() - 1).federatedAccuracy());
    }

    /** Clients with six points each, labelled by the throw of a coin. */
    private record Coins(int clients) implements Population {
        @Override
        public SortedMap<String, Long> exampleCounts() {
            SortedMap<String, Long> counts = new TreeMap<>();
            IntStream.range(0, clients).forEach(i -> counts.put("client-" + i, 6L));
            return counts;
        }

        @Override
        public LocalDataset data(String client) {
            LocalDataset points = TinyWorld.points(6, client.hashCode());
            SplittableRandom coin = new SplittableRandom(client.hashCode() + 1L);
            float[] labels = new float[6];
            for (int i = 0; i < 6; i++) {
                labels[i] = coin.nextInt(2);
            }
            return new LocalDataset(points.features(), points.featureShape(), labels, 2);
        }
    }

    @Test
    void firstRoundOfScaffoldIsFedAvgs() throws InterruptedException {
        assertThat(model(run("scaffold", 1, 1, 1).build(), 1))
                .containsExactly(model(run("fedavg", 1, 1, 1).build(), 1), within(1e-7f));
    }

    @Test
    void auxiliariesAreOnTheWireAndNotInTheModel() throws InterruptedException {
        assertThat(model(run("scaffold", 4, 3, 1).build(), 1)).hasSize(10);
        assertThat(rounds.get(1).bytesUp()).isEqualTo(3 * 2 * 10 * 4);
        assertThat(rounds.get(1).bytesDown()).isEqualTo(3 * 2 * 10 * 4);
    }

    @Test
    void modelWithBatchNormKeepsItLocalUnderFedBn() throws InterruptedException {
        Supplier<Block> normalized =
                () ->
                        new SequentialBlock()
                                .add(BatchNorm.builder().build())
                                .add(TinyWorld.layer(2));
        RunConfig config =
                run("fedbn", 9, 9, 20).evaluation(new EvaluationConfig(true, true, 20)).build();
        TinyWorld world = new TinyWorld(9);
        try (Simulation simulation =
                TinyWorld.simulation(config, world, normalized, 0.5f, 2, recorder)) {
            assertThat(simulation.run().succeeded()).isTrue();

            float[] vector = TinyWorld.vector(simulation);
            int features = TinyWorld.FEATURES;
            // Gamma and beta, then the layer, then both statistics.
            assertThat(Arrays.copyOf(vector, 2 * features)).containsOnly(0.5f);
            assertThat(Arrays.copyOfRange(vector, vector.length - 2 * features, vector.length))
                    .containsOnly(0.5f);
            assertThat(Arrays.copyOfRange(vector, 2 * features, vector.length - 2 * features))
                    .doesNotContain(0.5f);
            assertThat(Objects.requireNonNull(rounds.get(20).federatedAccuracy()))
                    .isGreaterThan(0.85);
        }
    }

    @Test
    void planThatTheObjectiveRefusesIsRefusedAtOnce() {
        RunConfig config = run("fedbn", 4, 3, 1).build();
        assertThatThrownBy(() -> new TinyWorld(4).simulation(config, 1, recorder))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("fedbn: expected that [*BatchNorm_*] names some tensors");
    }

    private static RunConfigBuilder run(String strategy, int clients, int cohort, int rounds) {
        return TinyWorld.run(clients, cohort, rounds)
                .strategy(
                        new StrategyConfig(strategy, 1, OPTIONS.getOrDefault(strategy, Map.of())));
    }

    private float[] model(RunConfig config, int threads) throws InterruptedException {
        rounds.clear();
        TinyWorld world = new TinyWorld(config.data().partition().clients());
        try (Simulation simulation = world.simulation(config, threads, recorder)) {
            assertThat(simulation.run().succeeded()).isTrue();
            return TinyWorld.vector(simulation);
        }
    }
}
