package dev.tributary.stories;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.agent.AgentException;
import dev.tributary.agent.CatalogTrainers;
import dev.tributary.agent.ClientSummary;
import dev.tributary.agent.ModelTrainers;
import dev.tributary.agent.ReplacedException;
import dev.tributary.config.CohortConfig;
import dev.tributary.config.EvaluationConfig;
import dev.tributary.config.RunConfig;
import dev.tributary.models.catalog.ModelCatalog;
import dev.tributary.models.catalog.ModelDirectory;
import dev.tributary.protocol.ModelSpec;
import dev.tributary.protocol.RoundMetrics;
import dev.tributary.protocol.RunStatus;
import dev.tributary.stories.SmallFederation.RunningAgent;
import dev.tributary.testkit.Await;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;

/**
 * What should happen: (1) three agents learn what none could alone; (2) the model depends on the
 * seed, not on who hosts whom or who is first; (3) a duplicate counts once.
 *
 * <p>What should not: (4) an agent that stops in mid-round does not stop the run; (5) a client that
 * diverges sends nothing and spoils nothing; (6) a client with another model does not take part;
 * (7) two agents do not speak for one client.
 */
@Timeout(120)
class FederationStoryTest {
    private final ModelTrainers real =
            new CatalogTrainers(ModelCatalog.load(), ModelDirectory.none());

    @TempDir private Path runs;

    @Test
    void threeAgentsLearnTogether() throws Exception {
        try (SmallFederation federation =
                new SmallFederation(SmallFederation.run(3, 5).build(), runs)) {
            List<RunningAgent> agents =
                    List.of(federation.agent(0), federation.agent(1), federation.agent(2));

            RunStatus end = federation.server().awaitEnd();
            assertThat(end.state()).isEqualTo(RunStatus.State.FINISHED);
            assertThat(accuracy(end, 5)).isGreaterThan(0.6).isGreaterThan(accuracy(end, 0) + 0.3);
            for (RunningAgent agent : agents) {
                assertThat(agent.outcome().get())
                        .singleElement()
                        .returns(5, ClientSummary::accepted)
                        .returns(0, ClientSummary::notAccepted);
            }
            assertThat(Files.size(federation.server().runDirectory().resolve("model.safetensors")))
                    .isGreaterThan(7850 * 4);
        }
    }

    @Test
    void modelDependsOnTheSeedAndNotOnWhoHostsWhom() {
        RunConfig config = SmallFederation.run(4, 3).seed(11).build();
        String apart = sha256(config, new int[][] {{3}, {1}, {0}, {2}});
        String together = sha256(config, new int[][] {{0, 1, 2, 3}});
        String otherSeed = sha256(config.toBuilder().seed(12).build(), new int[][] {{0, 1, 2, 3}});

        assertThat(together).isEqualTo(apart);
        assertThat(otherSeed).isNotEqualTo(apart);
    }

    @Test
    void duplicateUpdateCountsOnce() {
        RunConfig config = SmallFederation.run(2, 3).build();
        String undisturbed = sha256(config, new int[][] {{0}, {1}});
        try (SmallFederation federation = new SmallFederation(config, runs)) {
            federation.agent(real, server -> new RepeatingServerClient(server), 0);
            federation.agent(1);

            assertThat(federation.server().awaitEnd().modelSha256()).isEqualTo(undisturbed);
        }
    }

    @Test
    void federatedEvaluationCountsEachClientByItsExamples() {
        RunConfig config =
                SmallFederation.run(3, 2).evaluation(new EvaluationConfig(true, true, 1)).build();
        try (SmallFederation federation = new SmallFederation(config, runs)) {
            federation.agent(0, 1);
            federation.agent(2);

            RunStatus end = federation.server().awaitEnd();
            assertThat(end.state()).isEqualTo(RunStatus.State.FINISHED);
            RoundMetrics last = end.history().get(end.history().size() - 1);
            double correct = 240 * Objects.requireNonNull(last.federatedAccuracy());
            assertThat(correct).isBetween(120.0, 240.0);
            assertThat(correct).isCloseTo(Math.rint(correct), Offset.offset(1e-9));
        }
    }

    @Test
    void agentThatStopsInMidRoundDoesNotStopTheRun() throws Exception {
        // It says that it goes: the deadline is longer than the test may last.
        CohortConfig cohort = CohortConfig.of(3).withMinimum(2).withDeadline(Duration.ofHours(1));
        CountDownLatch training = new CountDownLatch(1);
        try (SmallFederation federation =
                new SmallFederation(SmallFederation.run(3, 3).cohort(cohort).build(), runs)) {
            federation.agent(0);
            federation.agent(1);
            RunningAgent stopped =
                    federation.agent(new HangingTrainers(real, 2, training), server -> server, 2);
            training.await();
            stopped.agent().close();

            RunStatus end = federation.server().awaitEnd();
            assertThat(end.state()).isEqualTo(RunStatus.State.FINISHED);
            assertThat(end.history().get(1).accepted()).isEqualTo(3);
            assertThat(end.history().get(2).accepted()).isEqualTo(2);
            assertThat(end.events())
                    .anyMatch(event -> event.message().contains("missing: [client-2]"));
            assertThatThrownBy(stopped.outcome()::get).isInstanceOf(ExecutionException.class);
        }
    }

    @Test
    void clientThatDivergesSendsNothing() {
        // It says that nothing comes: the deadline is longer than the test may last.
        CohortConfig cohort = CohortConfig.of(2).withMinimum(1).withDeadline(Duration.ofHours(1));
        try (SmallFederation federation =
                new SmallFederation(SmallFederation.run(2, 2).cohort(cohort).build(), runs)) {
            federation.agent(0);
            federation.agent(new DivergingTrainers(real), server -> server, 1);

            RunStatus end = federation.server().awaitEnd();
            assertThat(end.state()).isEqualTo(RunStatus.State.FINISHED);
            assertThat(end.history().get(1).accepted()).isEqualTo(1);
            assertThat(federation.lines())
                    .anyMatch(
                            line ->
                                    line.startsWith("client-1: round 1: ")
                                            && line.endsWith("no update is sent"));
        }
    }

    @Test
    void clientWithAnotherModelIsToldTheFirstTensorThatDiffers() {
        // It says that it goes, as above.
        CohortConfig cohort = CohortConfig.of(2).withMinimum(1).withDeadline(Duration.ofHours(1));
        ModelTrainers other =
                (model, device) ->
                        real.open(
                                new ModelSpec(
                                        "logistic", Map.of("input", "1,28,28", "classes", "7")),
                                device);
        try (SmallFederation federation =
                new SmallFederation(SmallFederation.run(2, 2).cohort(cohort).build(), runs)) {
            federation.agent(0);
            RunningAgent misled = federation.agent(other, server -> server, 1);

            assertThatThrownBy(misled.outcome()::get)
                    .cause()
                    .isInstanceOf(AgentException.class)
                    .hasMessageContaining("expected shape [7, 784], found [10, 784]");
            assertThat(federation.server().awaitEnd().state()).isEqualTo(RunStatus.State.FINISHED);
        }
    }

    @Test
    void ofTwoAgentsWithOneIdTheLaterIsServedAndTheOtherHearsWhy() throws Exception {
        CohortConfig cohort = CohortConfig.of(2).withMinimum(2).withWaitFor(2);
        try (SmallFederation federation =
                new SmallFederation(SmallFederation.run(2, 2).cohort(cohort).build(), runs)) {
            RunningAgent earlier = federation.agent(0);
            Await.until(() -> !federation.server().status().clients().isEmpty());
            RunningAgent later = federation.agent(0);

            assertThatThrownBy(earlier.outcome()::get)
                    .cause()
                    .isInstanceOf(ReplacedException.class)
                    .hasMessageContaining("client-0")
                    .hasMessageContaining("another that registered later");
            federation.agent(1);
            assertThat(later.outcome().get()).singleElement().returns(2, ClientSummary::accepted);
        }
    }

    private String sha256(RunConfig config, int[][] agents) {
        try (SmallFederation federation = new SmallFederation(config, runs)) {
            for (int[] indices : agents) {
                federation.agent(indices);
            }
            RunStatus end = federation.server().awaitEnd();
            assertThat(end.state()).isEqualTo(RunStatus.State.FINISHED);
            return String.valueOf(end.modelSha256());
        }
    }

    private static double accuracy(RunStatus end, int round) {
        Double accuracy = end.history().get(round).accuracy();
        return accuracy == null ? Double.NaN : accuracy;
    }
}
