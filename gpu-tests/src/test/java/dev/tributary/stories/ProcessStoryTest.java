package dev.tributary.stories;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.agent.demo.FederationPlan;
import dev.tributary.agent.demo.LocalFederation;
import dev.tributary.cli.CommandException;
import dev.tributary.config.CohortConfig;
import dev.tributary.config.RunConfig;
import dev.tributary.protocol.RunStatus;
import dev.tributary.testkit.Await;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Server and agents as processes of their own, one of which is killed. */
@Timeout(180)
class ProcessStoryTest {
    /** More than can be over before the kill. */
    private static final int ROUNDS = 60;

    @TempDir private Path runs;

    @Test
    void agentProcessThatIsKilledIsToldAndTheRunGoesOn() throws Exception {
        CohortConfig cohort = CohortConfig.of(3).withMinimum(2).withDeadline(Duration.ofHours(1));
        RunConfig run = SmallFederation.run(3, ROUNDS).cohort(cohort).build();
        RunStatus end;
        List<String> dead;
        try (LocalFederation federation = LocalFederation.start(plan(run, 3))) {
            await(federation, status -> status.round() >= 3);
            ProcessHandle.of(federation.agentPids().getOrDefault("client-2", -1L))
                    .ifPresent(ProcessHandle::destroyForcibly);
            dead = awaitDeath(federation);
            // No round waits for its deadline: the server was told.
            end = await(federation, RunStatus::ended);
            federation.awaitAgents(Duration.ofSeconds(20));
            assertThat(federation.anyAgentAlive()).isFalse();
        }
        assertThat(end.state()).isEqualTo(RunStatus.State.FINISHED);
        assertThat(dead).singleElement().asString().contains("client-2").contains("killed");
        assertThat(ProcessHandle.current().children().filter(ProcessHandle::isAlive)).isEmpty();
        Path directory = runs.resolve(end.runId());
        assertThat(directory.resolve("model.safetensors")).isNotEmptyFile();
        assertThat(Files.readAllLines(directory.resolve("logs").resolve("client-0.log")))
                .anyMatch(line -> line.startsWith("client-0: round " + ROUNDS + ": loss"))
                .anyMatch(line -> line.contains("has ended"));
    }

    @Test
    void startThatFailsIsToldInOneLineAndLeavesNothing() throws Exception {
        RunConfig run = SmallFederation.run(1, 1).device("gpu:999").build();
        try (LocalFederation federation = LocalFederation.start(plan(run, 1))) {
            assertThatThrownBy(() -> await(federation, RunStatus::ended))
                    .isInstanceOf(CommandException.class)
                    .hasMessageStartingWith("device gpu:999 was asked for, but ")
                    .hasMessageNotContaining("\n")
                    .hasMessageNotContaining("log");
        }
        try (Stream<Path> left = Files.list(runs)) {
            assertThat(left.map(Path::getFileName).map(Path::toString))
                    .noneMatch(name -> name.startsWith("starting-"));
        }
    }

    private static RunStatus await(LocalFederation federation, Predicate<RunStatus> condition) {
        return Await.present(() -> federation.poll().filter(condition));
    }

    private static List<String> awaitDeath(LocalFederation federation) {
        return Await.present(
                () -> Optional.of(federation.newlyDead()).filter(dead -> !dead.isEmpty()));
    }

    private FederationPlan plan(RunConfig run, int clients) {
        Map<String, List<String>> agents = new LinkedHashMap<>();
        for (int i = 0; i < clients; i++) {
            agents.put(
                    "client-" + i,
                    List.of(
                            "--dataset",
                            "digits",
                            "--data-option",
                            "examples=240",
                            "--data-option",
                            "test-examples=100",
                            "--partition",
                            "iid",
                            "--clients",
                            "" + clients,
                            "--index",
                            "" + i,
                            "--retry-for",
                            "60s"));
        }
        return new FederationPlan(
                run, runs, List.of(), agents, List.of("agent"), List.of("-Xmx256m"));
    }
}
