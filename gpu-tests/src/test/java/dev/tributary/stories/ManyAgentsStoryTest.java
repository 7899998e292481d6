package dev.tributary.stories;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.UnixOperatingSystemMXBean;

import dev.tributary.agent.demo.FederationPlan;
import dev.tributary.agent.demo.LocalFederation;
import dev.tributary.config.CohortConfig;
import dev.tributary.config.DataConfig;
import dev.tributary.config.RunConfig;
import dev.tributary.protocol.ModelSpec;
import dev.tributary.protocol.RoundMetrics;
import dev.tributary.protocol.RunStatus;
import dev.tributary.testkit.Await;
import dev.tributary.training.TrainingPlan;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Ten thousand agents wait at one server, and it holds neither a thread nor a buffer for each.
 * Slow: {@code mvn -Plarge verify} runs it.
 */
@Tag("large")
@Timeout(240)
class ManyAgentsStoryTest {
    private static final int AGENTS = 10_000;
    private static final int COHORT = 100;

    /** Besides the connections. */
    private static final int OTHER_FILES = 1000;

    @TempDir private Path runs;

    @Test
    void tenThousandWaitAndACohortOfAHundredDoesItsRound() throws Exception {
        requireFiles(AGENTS + OTHER_FILES);
        FederationPlan plan =
                new FederationPlan(
                        run(), runs, List.of(), Map.of(), List.of(), List.of("-Xmx900m"));
        try (LocalFederation federation = LocalFederation.start(plan)) {
            URI server = awaitServer(federation);
            try (Swarm swarm = new Swarm(server)) {
                swarm.grow(AGENTS - 1);
                while (swarm.waitingFor(SwarmClient.Asked.TASK) < AGENTS - 1) {
                    swarm.work();
                }
                assertThat(threads(federation.serverPid())).isLessThan(150);
                // The run waits for as many: with the last one it begins.
                swarm.grow(AGENTS);
                while (swarm.waitingFor(SwarmClient.Asked.NOTHING) < AGENTS) {
                    swarm.work();
                }
                assertThat(swarm.updates()).isEqualTo(COHORT);
            }
            RunStatus end = federation.poll().orElseThrow();
            assertThat(end.state()).isEqualTo(RunStatus.State.FINISHED);
            assertThat(end.history().stream().filter(round -> round.round() == 1))
                    .singleElement()
                    .extracting(RoundMetrics::accepted)
                    .isEqualTo(COHORT);
        }
    }

    private static RunConfig run() {
        ModelSpec model =
                new ModelSpec(
                        "bench-vector", Map.of("parameters", "1000", "input", "1", "classes", "2"));
        return RunConfig.builder(model, DataConfig.of(DataConfig.NONE, AGENTS))
                .name("many")
                .device("cpu")
                .cohort(
                        CohortConfig.of(COHORT)
                                .withMinimum(COHORT)
                                .withWaitFor(AGENTS)
                                .withDeadline(Duration.ofMinutes(2)))
                .training(TrainingPlan.sgd(1, 1, 0.1))
                .rounds(1)
                .build();
    }

    /** Nothing in Java raises the limit: who runs the tests must. */
    private static void requireFiles(long wanted) {
        long limit =
                ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean os
                        ? os.getMaxFileDescriptorCount()
                        : Long.MAX_VALUE;
        assumeTrue(
                limit >= wanted,
                "%d agents need %d open files in a process, found a limit of %d (ulimit -n)"
                        .formatted(AGENTS, wanted, limit));
    }

    private static URI awaitServer(LocalFederation federation) {
        Await.until(() -> federation.poll().isPresent());
        return federation.serverUrl().orElseThrow();
    }

    /** The server's threads, where the system tells. */
    private static int threads(long pid) throws Exception {
        Path status = Path.of("/proc", Long.toString(pid), "status");
        if (!Files.exists(status)) {
            return 0;
        }
        return Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("Threads:"))
                .map(line -> Integer.parseInt(line.replaceAll("\\D", "")))
                .findFirst()
                .orElse(0);
    }
}
