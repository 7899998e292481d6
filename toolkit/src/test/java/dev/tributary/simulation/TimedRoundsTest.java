package dev.tributary.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.config.CohortConfig;
import dev.tributary.config.EvaluationConfig;
import dev.tributary.config.RunConfig;
import dev.tributary.config.SimulationConfig;
import dev.tributary.config.SpeedConfig;
import dev.tributary.config.SpeedConfig.Shape;
import dev.tributary.config.StopConfig;
import dev.tributary.config.StrategyConfig;
import dev.tributary.protocol.RoundMetrics;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Synchronous and cyclic rounds under the virtual clock. */
@Timeout(60)
class TimedRoundsTest {
    private static final SimulationConfig STEADY = SimulationConfig.steady();

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
    void steadyClientsGiveTheModelOfARunWithoutAClock() throws InterruptedException {
        RunConfig config = TinyWorld.run(9, 5, 6).build();
        float[] without = model(config, 2);
        assertThat(rounds.get(6).simulatedSeconds()).isNull();

        assertThat(model(config.toBuilder().simulation(STEADY).build(), 2)).isEqualTo(without);
        // Each round lasts as long as its largest client, with 7 to 11 examples, in two epochs.
        assertThat(clock(6)).isBetween(6 * (0.1 + 0.014), 6 * (0.1 + 0.022));
    }

    @Test
    void modelDoesNotDependOnTheNumberOfThreads() throws InterruptedException {
        SimulationConfig unreliable =
                STEADY.withSpeed(SpeedConfig.of(Shape.LOGNORMAL))
                        .withAvailability(0.7)
                        .withDropout(0.2);
        RunConfig config =
                TinyWorld.run(9, 4, 10)
                        .cohort(CohortConfig.of(4).withMinimum(2).withOverSelection(2))
                        .simulation(unreliable)
                        .build();
        float[] alone = model(config, 1);
        double end = clock(10);

        assertThat(model(config, 3)).isEqualTo(alone);
        assertThat(clock(10)).isEqualTo(end);
    }

    @Test
    void overSelectionLeavesTheSlowestOut() throws InterruptedException {
        SimulationConfig slow = STEADY.withSpeed(SpeedConfig.of(Shape.PARETO).withAlpha(0.4));
        RunConfig config =
                TinyWorld.run(9, 3, 10)
                        .cohort(CohortConfig.of(3).withDeadline(Duration.ofHours(24)))
                        .simulation(slow)
                        .build();
        model(config, 2);
        double waiting = clock(10);
        CohortConfig more = config.cohort().withOverSelection(6);
        model(config.toBuilder().cohort(more).build(), 2);

        assertThat(clock(10)).isLessThan(waiting);
        RoundMetrics last = rounds.get(10);
        assertThat(last.cohort()).isEqualTo(9);
        assertThat(last.accepted()).isEqualTo(3);
        assertThat(last.discarded()).isEqualTo(6);
    }

    @Test
    void roundThatMissesClientsClosesAtItsDeadlineWithTheMinimum() throws InterruptedException {
        RunConfig config =
                TinyWorld.run(9, 9, 4)
                        .cohort(
                                CohortConfig.of(9)
                                        .withMinimum(1)
                                        .withDeadline(Duration.ofSeconds(10)))
                        .simulation(STEADY.withDropout(0.5))
                        .build();
        model(config, 2);

        assertThat(clock(4)).isCloseTo(40, Offset.offset(1e-9));
        assertThat(rounds.get(1).accepted()).isBetween(1, 8);
        assertThat(rounds.get(1).discarded()).isZero();
    }

    @Test
    void roundWithoutTheMinimumIsTriedAgainAndThenFailsTheRun() throws InterruptedException {
        CohortConfig all = CohortConfig.of(9).withMinimum(9).withAttempts(2);
        RunConfig config =
                TinyWorld.run(9, 9, 4)
                        .cohort(all.withDeadline(Duration.ofSeconds(5)))
                        .simulation(STEADY.withDropout(0.9))
                        .build();
        try (Simulation simulation = world.simulation(config, 2, recorder)) {
            Simulation.Outcome outcome = simulation.run();

            assertThat(outcome.succeeded()).isFalse();
            assertThat(outcome.message()).startsWith("round 1: expected updates of at least 9");
            assertThat(TinyWorld.vector(simulation)).containsOnly(0);
        }
    }

    @Test
    void cyclicRoundsTakeClientsOneAfterTheOther() throws InterruptedException {
        RunConfig config = cyclic(9, 54, 1);
        float[] alone = model(config, 1);

        // 63 examples in two epochs, and nine ways there and back.
        assertThat(clock(9)).isCloseTo(9 * 0.1 + 2 * 0.063, Offset.offset(1e-9));
        assertThat(Objects.requireNonNull(rounds.get(54).accuracy())).isGreaterThan(0.9);
        assertThat(model(config, 3)).isEqualTo(alone);
    }

    @Test
    void clientThatDoesNotAnswerIsPassedOver() throws InterruptedException {
        RunConfig config = cyclic(9, 20, 1).toBuilder().simulation(STEADY.withDropout(0.5)).build();
        model(config, 2);
        int asked = rounds.stream().mapToInt(RoundMetrics::cohort).sum();

        assertThat(rounds).hasSize(21);
        assertThat(asked).isBetween(25, 60);
        double lost = (asked - 20) * config.cohort().deadline().toSeconds();
        assertThat(clock(20)).isBetween(lost + 20 * 0.1, lost + 20 * (0.1 + 0.022));
        assertThat(rounds.subList(1, 21)).allMatch(round -> round.accepted() == 1);
    }

    @Test
    void modelThatIsHandedOnIsFinite() throws InterruptedException {
        try (Simulation simulation = world.simulation(cyclic(4, 2, 1e39), 1, recorder)) {
            assertThat(simulation.run().message()).contains("can be asked and answers, found none");
            assertThat(TinyWorld.vector(simulation)).containsOnly(0);
        }
        assertThat(rounds).hasSize(1);
    }

    private static RunConfig cyclic(int clients, int rounds, double serverLearningRate) {
        return TinyWorld.run(clients, 1, rounds)
                .strategy(new StrategyConfig("cyclic", serverLearningRate, Map.of()))
                .build();
    }

    @Test
    void wallTimeIsVirtualWhereThereIsAVirtualClock() throws InterruptedException {
        RunConfig config =
                TinyWorld.run(9, 5, 1000)
                        .evaluation(new EvaluationConfig(false, false, 1))
                        .simulation(STEADY)
                        .stop(StopConfig.never().withWallTime(Duration.ofSeconds(1)))
                        .build();
        model(config, 2);
        int last = rounds.size() - 1;

        assertThat(last).isBetween(7, 10);
        assertThat(clock(last)).isGreaterThanOrEqualTo(1);
        assertThat(clock(last - 1)).isLessThan(1);
    }

    private float[] model(RunConfig config, int threads) throws InterruptedException {
        rounds.clear();
        try (Simulation simulation = world.simulation(config, threads, recorder)) {
            assertThat(simulation.run().succeeded()).isTrue();
            return TinyWorld.vector(simulation);
        }
    }

    private double clock(int round) {
        return Objects.requireNonNull(rounds.get(round).simulatedSeconds());
    }
}
