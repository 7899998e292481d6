package dev.tributary.stories;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.config.CohortConfig;
import dev.tributary.config.RunConfig;
import dev.tributary.config.StrategyConfig;
import dev.tributary.protocol.RoundMetrics;
import dev.tributary.protocol.RunStatus;
import dev.tributary.server.SimulatedRun;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * Real agents at their own pace. What should happen: (1) a server whose strategy is FedBuff learns
 * from them, whoever comes when; (2) with a buffer of all of them each works on every version, and
 * the model is that of a simulation, bit for bit; (3) so it is where one client works at a time,
 * with FedAsync or in turn.
 */
@Timeout(120)
class AsynchronousStoryTest {
    @TempDir private Path runs;

    @Test
    void learnsFromAgentsAtTheirOwnPace() throws Exception {
        RunStatus end = end(config(12, CohortConfig.of(3).withMinimum(2).withWaitFor(5), "2"));
        assertThat(end.state()).isEqualTo(RunStatus.State.FINISHED);
        List<RoundMetrics> rounds = end.history();
        assertThat(rounds).hasSize(13);
        assertThat(rounds.subList(1, 13)).allMatch(round -> round.accepted() == 2);
        double first = Objects.requireNonNull(rounds.get(0).accuracy());
        assertThat(Objects.requireNonNull(rounds.get(12).accuracy())).isGreaterThan(first + 0.3);
    }

    @Test
    void bufferOfAllClientsGivesTheModelOfASimulation() throws Exception {
        RunConfig config = config(3, CohortConfig.of(5).withMinimum(5).withWaitFor(5), "5");
        try (SimulatedRun simulation = new SimulatedRun(config, runs, 2)) {
            assertThat(end(config).modelSha256()).isEqualTo(simulation.run().modelSha256());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"fedasync", "cyclic"})
    void oneClientAtATimeGivesTheModelOfASimulation(String strategy) throws Exception {
        RunConfig config =
                SmallFederation.run(4, 6)
                        .cohort(CohortConfig.of(1).withWaitFor(4))
                        .strategy(new StrategyConfig(strategy, 1, Map.of()))
                        .build();
        try (SimulatedRun simulation = new SimulatedRun(config, runs, 2)) {
            RunStatus simulated = simulation.run();
            RunStatus served = end(config, 4);
            assertThat(served.modelSha256()).isEqualTo(simulated.modelSha256());
            double first = Objects.requireNonNull(served.history().get(0).accuracy());
            assertThat(Objects.requireNonNull(served.history().get(6).accuracy()))
                    .isGreaterThan(first + 0.2);
        }
    }

    private static RunConfig config(int rounds, CohortConfig cohort, String buffer) {
        return SmallFederation.run(5, rounds)
                .cohort(cohort.withDeadline(Duration.ofSeconds(30)))
                .strategy(new StrategyConfig("fedbuff", 1, Map.of("buffer", buffer)))
                .build();
    }

    private RunStatus end(RunConfig config) {
        return end(config, 5);
    }

    private RunStatus end(RunConfig config, int clients) {
        try (SmallFederation federation = new SmallFederation(config, runs)) {
            federation.agent(0, 1);
            federation.agent(IntStream.range(2, clients).toArray());
            return federation.server().awaitEnd();
        }
    }
}
