package dev.tributary.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.config.CohortConfig;
import dev.tributary.config.RunConfig;
import dev.tributary.config.SimulationConfig;
import dev.tributary.config.SpeedConfig;
import dev.tributary.config.SpeedConfig.Shape;
import dev.tributary.config.StrategyConfig;
import dev.tributary.data.LocalDataset;
import dev.tributary.protocol.RoundMetrics;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/** FedBuff and FedAsync under the virtual clock. */
@Timeout(60)
class BufferedRoundsTest {
    private static final SimulationConfig HEAVY_TAIL =
            SimulationConfig.steady()
                    .withSpeed(SpeedConfig.of(Shape.PARETO).withAlpha(1.1))
                    .withAvailability(0.8)
                    .withDropout(0.2);

    private final TinyWorld world = new TinyWorld(9);
    private final List<RoundMetrics> rounds = new ArrayList<>();
    private final SimulationListener recorder =
            new SimulationListener() {
                @Override
                public void roundEnded(RoundMetrics metrics) {
                    rounds.add(metrics);
                }
            };

    @Test
    void modelAndClockDoNotDependOnTheNumberOfThreads() throws InterruptedException {
        for (StrategyConfig strategy : List.of(fedBuff(3), fedAsync("polynomial"))) {
            RunConfig config =
                    TinyWorld.run(9, 5, 12).strategy(strategy).simulation(HEAVY_TAIL).build();
            float[] alone = model(config, 1);
            List<Double> clock = clock();

            assertThat(model(config, 4)).isEqualTo(alone);
            assertThat(clock()).isEqualTo(clock).isSorted();
            assertThat(model(config.toBuilder().seed(2).build(), 2)).isNotEqualTo(alone);
        }
    }

    @Test
    void inStepAndWithABufferOfAllFedBuffIsFedAvg() throws InterruptedException {
        RunConfig config = TinyWorld.run(6, 4, 8).simulation(SimulationConfig.steady()).build();
        float[] synchronous = model(config, 2, new Even(6));
        List<Double> clock = clock();
        RunConfig buffered = config.toBuilder().strategy(fedBuff(4)).build();

        float[] model = model(buffered, 2, new Even(6));

        for (int i = 0; i < model.length; i++) {
            assertThat(model[i]).isCloseTo(synchronous[i], Offset.offset(1e-5f));
        }
        assertThat(clock()).isEqualTo(clock);
    }

    @Test
    void fasterClientsContributeWhileSlowOnesWork() throws InterruptedException {
        RunConfig config =
                TinyWorld.run(9, 6, 20).strategy(fedBuff(2)).simulation(HEAVY_TAIL).build();
        RunConfig waiting = config.toBuilder().strategy(StrategyConfig.fedAvg()).build();
        model(config, 2);
        double asynchronous = last(clock());
        assertThat(rounds.get(20).accepted()).isEqualTo(2);
        assertThat(rounds.get(20).bytesUp()).isEqualTo(2 * 10 * 4);
        model(waiting, 2);

        assertThat(asynchronous).isLessThan(last(clock()) / 2);
    }

    @Test
    void clientsLearnThoughUpdatesAreStale() throws InterruptedException {
        for (String staleness : List.of("polynomial", "hinge", "constant")) {
            RunConfig config =
                    TinyWorld.run(9, 5, 60)
                            .strategy(fedAsync(staleness))
                            .simulation(HEAVY_TAIL)
                            .build();
            model(config, 2);
            assertThat(Objects.requireNonNull(rounds.get(60).accuracy()))
                    .as(staleness)
                    .isGreaterThan(0.9);
        }
    }

    @Test
    void fedAsyncWithoutStalenessAndAllOfTheClientTakesItsModel() throws InterruptedException {
        Map<String, String> all = Map.of("alpha", "1", "staleness", "constant");
        RunConfig mixed =
                TinyWorld.run(3, 1, 5)
                        .cohort(CohortConfig.of(1))
                        .strategy(new StrategyConfig("fedasync", 1, all))
                        .build();
        RunConfig averaged = mixed.toBuilder().strategy(StrategyConfig.fedAvg()).build();

        float[] model = model(mixed, 1);
        float[] average = model(averaged, 1);

        for (int i = 0; i < model.length; i++) {
            assertThat(model[i]).isCloseTo(average[i], Offset.offset(1e-5f));
        }
    }

    /** {@code w = (1 - αs) w + αs w_k} from {@code w = 0}, one client, nothing stale. */
    @Test
    void fedAsyncOfOneClientIsTheFormula() throws InterruptedException {
        RunConfig mixed =
                TinyWorld.run(1, 1, 1)
                        .strategy(new StrategyConfig("fedasync", 1, Map.of("alpha", "0.25")))
                        .build();
        float[] trained = model(mixed.toBuilder().strategy(StrategyConfig.fedAvg()).build(), 1);
        float[] model = model(mixed, 1);
        for (int i = 0; i < model.length; i++) {
            assertThat(model[i]).isCloseTo(0.25f * trained[i], Offset.offset(1e-7f));
        }
        assertThat(trained[0]).isNotZero();
    }

    @Test
    void memoryHoldsVersionsInFlightAndNoMore() throws InterruptedException {
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
        RunConfig config =
                TinyWorld.run(9, 4, 60).strategy(fedBuff(1)).simulation(HEAVY_TAIL).build();
        try (Simulation simulation = world.simulation(config, 2, counter)) {
            running.add(simulation);
            simulation.run();
        }
        int atRest = alive.get(0);
        assertThat(alive).hasSize(61).allMatch(count -> count <= atRest + 4);
    }

    @Test
    void clientsThatAreAllTooSlowFailTheRun() throws InterruptedException {
        CohortConfig hasty = CohortConfig.of(4).withDeadline(Duration.ofMillis(50));
        RunConfig config = TinyWorld.run(9, 4, 3).cohort(hasty).strategy(fedBuff(2)).build();
        try (Simulation simulation = world.simulation(config, 1, recorder)) {
            Simulation.Outcome outcome = simulation.run();

            assertThat(outcome.succeeded()).isFalse();
            assertThat(outcome.message()).contains("round 1: expected an update, found none of");
            assertThat(TinyWorld.vector(simulation)).containsOnly(0);
        }
    }

    private static StrategyConfig fedBuff(int size) {
        return new StrategyConfig("fedbuff", 1, Map.of("buffer", Integer.toString(size)));
    }

    private static StrategyConfig fedAsync(String staleness) {
        return new StrategyConfig("fedasync", 1, Map.of("staleness", staleness));
    }

    private float[] model(RunConfig config, int threads) throws InterruptedException {
        return model(config, threads, world);
    }

    private float[] model(RunConfig config, int threads, Population population)
            throws InterruptedException {
        rounds.clear();
        try (Simulation simulation = TinyWorld.simulation(config, population, threads, recorder)) {
            assertThat(simulation.run().succeeded()).isTrue();
            return TinyWorld.vector(simulation);
        }
    }

    private List<Double> clock() {
        return rounds.stream()
                .map(round -> Objects.requireNonNull(round.simulatedSeconds()))
                .toList();
    }

    private static double last(List<Double> clock) {
        return clock.get(clock.size() - 1);
    }

    /** Clients with equally many examples each. */
    private record Even(int clients) implements Population {
        @Override
        public SortedMap<String, Long> exampleCounts() {
            SortedMap<String, Long> counts = new TreeMap<>();
            for (int i = 0; i < clients; i++) {
                counts.put("client-" + i, 8L);
            }
            return counts;
        }

        @Override
        public LocalDataset data(String client) {
            return TinyWorld.points(8, client.hashCode());
        }
    }
}
