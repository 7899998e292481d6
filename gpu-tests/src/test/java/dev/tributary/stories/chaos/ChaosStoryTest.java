package dev.tributary.stories.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.config.CohortConfig;
import dev.tributary.config.RunConfig;
import dev.tributary.protocol.RoundMetrics;
import dev.tributary.protocol.RunStatus;
import dev.tributary.server.database.Database;
import dev.tributary.server.database.StoredRun;
import dev.tributary.server.store.RunDirectory;
import dev.tributary.stories.SmallFederation;
import dev.tributary.stories.chaos.Damage.Counts;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/**
 * What should happen: every round completes with all its clients, and the model is that of the
 * undisturbed run, byte for byte, so that no update was lost and none counted twice.
 *
 * <p>What should not: anything else, whoever is killed when, wherever a connection is cut, and
 * whatever bit of a body is changed.
 */
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class ChaosStoryTest {
    private static final int ROUNDS = Integer.getInteger("tributary.chaos.rounds", 6);
    private static final int AGENTS = Integer.getInteger("tributary.chaos.agents", 3);
    private static final int KILLS = Integer.getInteger("tributary.chaos.kills", 8);
    private static final long SEED = Long.getLong("tributary.seed", 1);

    @TempDir private Path directory;

    @Test
    void killsCutsAndChangedBitsGiveTheModelOfTheUndisturbedRun() throws Exception {
        System.out.printf(
                "chaos: seed %d, %d rounds, %d agents, %d kills to come%n",
                SEED, ROUNDS, AGENTS, KILLS);
        RunConfig run = run();
        String expected = undisturbed(run);
        long start = System.nanoTime();
        SplittableRandom random = new SplittableRandom(SEED);
        try (ChaosFederation federation =
                new ChaosFederation(run, data(), directory, random.split())) {
            Tormentor tormentor = new Tormentor(federation, random.split(), KILLS, ROUNDS);
            try {
                tormentor.untilEnd();
                check(federation, expected);
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError(e.getMessage() + federation.lastWords(), e);
            }
            tell(federation, tormentor, (System.nanoTime() - start) / 1_000_000_000, expected);
            assertThat(tormentor.done()).isGreaterThanOrEqualTo(KILLS);
            Counts network = federation.proxy().counts();
            assertThat(network.cuts().sum()).isPositive();
            assertThat(network.changes().sum()).isPositive();
        }
    }

    private static void check(ChaosFederation federation, String expected) throws IOException {
        try (Database database = federation.database()) {
            List<StoredRun> runs = database.runs().list();
            assertThat(runs).as("the run was resumed, never begun anew").hasSize(1);
            assertThat(runs.get(0).state()).isEqualTo(RunStatus.State.FINISHED);
            String run = runs.get(0).asked().runId();
            assertThat(database.metrics().history(run))
                    .filteredOn(round -> round.round() > 0)
                    .hasSize(ROUNDS)
                    .extracting(RoundMetrics::accepted)
                    .containsOnly(AGENTS);
            String found = new RunDirectory(federation.runDirectory(run)).sha256OfModel();
            assertThat(found).as("SHA-256 of the model").isEqualTo(expected);
        }
    }

    private static void tell(
            ChaosFederation federation, Tormentor tormentor, long seconds, String sha256) {
        System.out.printf(
                "chaos: seed %d: %d rounds in %d s; %d kills: %d of the server, %s of agents, which"
                        + " were %s; %s; sha256 %s as undisturbed%n",
                SEED,
                ROUNDS,
                seconds,
                tormentor.done(),
                federation.server().kills(),
                federation.agents().stream().map(Mortal::kills).toList(),
                tormentor.agentsKilledIn(),
                federation.proxy().counts(),
                sha256);
    }

    private String undisturbed(RunConfig run) {
        try (SmallFederation calm = new SmallFederation(run, directory.resolve("calm"))) {
            for (int i = 0; i < AGENTS; i++) {
                calm.agent(i);
            }
            RunStatus end = calm.server().awaitEnd();
            assertThat(end.state()).isEqualTo(RunStatus.State.FINISHED);
            return String.valueOf(end.modelSha256());
        }
    }

    /** No round ends without all its clients: else the model would depend on who was killed. */
    private static RunConfig run() {
        CohortConfig cohort =
                CohortConfig.of(AGENTS)
                        .withMinimum(AGENTS)
                        .withDeadline(Duration.ofSeconds(60))
                        .withAttempts(20);
        return SmallFederation.run(AGENTS, ROUNDS).name("chaos").seed(SEED).cohort(cohort).build();
    }

    private static List<String> data() {
        List<String> options =
                new ArrayList<>(List.of("--dataset", "digits", "--partition", "iid"));
        SmallFederation.DATA.forEach(
                (key, value) -> options.addAll(List.of("--data-option", key + "=" + value)));
        return options;
    }
}
