package dev.tributary.stories;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.agent.demo.FederationPlan;
import dev.tributary.agent.demo.LocalFederation;
import dev.tributary.agent.http.HttpCall;
import dev.tributary.agent.http.HttpTransport;
import dev.tributary.config.CohortConfig;
import dev.tributary.config.DataConfig;
import dev.tributary.config.EvaluationConfig;
import dev.tributary.config.RunConfig;
import dev.tributary.protocol.ModelSpec;
import dev.tributary.protocol.Paths;
import dev.tributary.protocol.RunStatus;
import dev.tributary.training.TrainingPlan;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * The resident memory of server and agents, each a process, while rounds go on.
 *
 * <p>What a Java process gains by itself in its first minutes, tens of megabytes here, is settled
 * before the first round: the heap is touched whole at the start, and methods are compiled once.
 * What is left is counted against a model of 200 kB: one copy left behind in each round, in native
 * memory, would add 40 MB; in the heap it would not fit.
 */
@Timeout(240)
class ResidentMemoryStoryTest {
    private static final int AGENTS = 4;
    private static final int ROUNDS = 220;
    private static final int WARM = 20;
    private static final int WINDOW = 10;

    /** 784 x 64 + 64 + 64 x 10 + 10 float32. */
    private static final long MODEL_KILOBYTES = 50_890 * 4 / 1000;

    private static final List<String> JVM_FLAGS =
            List.of(
                    "-XX:+UseSerialGC",
                    "-Xms64m",
                    "-Xmx64m",
                    "-Xmn24m",
                    "-XX:+AlwaysPreTouch",
                    "-XX:TieredStopAtLevel=1");

    private static final String GAUGE = "tributary_run_arrays{";

    @TempDir private Path runs;

    /** What was seen in some rounds. */
    private static final class Window {
        private static final LongSummaryStatistics NONE = new LongSummaryStatistics();

        private final int first;
        private final int last;
        private final Map<String, LongSummaryStatistics> kilobytes = new LinkedHashMap<>();
        private int fewestArrays = Integer.MAX_VALUE;

        Window(int first, int last) {
            this.first = first;
            this.last = last;
        }

        boolean holds(int round) {
            return round >= first && round <= last;
        }

        void add(String process, long found) {
            kilobytes.computeIfAbsent(process, name -> new LongSummaryStatistics()).accept(found);
        }

        long mean(String process) {
            return Math.round(kilobytes.getOrDefault(process, NONE).getAverage());
        }
    }

    @Test
    void residentMemoryOfServerAndAgentsStaysOverTwoHundredRounds() throws Exception {
        boolean linux = Files.exists(Path.of("/proc/self/status"));
        if (!linux) {
            System.out.println("SKIPPED: ResidentMemoryStoryTest: no /proc here");
        }
        Assumptions.assumeTrue(linux, "no /proc here");
        Window early = new Window(WARM, WARM + WINDOW);
        Window late = new Window(ROUNDS - WINDOW, ROUNDS);
        try (LocalFederation federation = LocalFederation.start(plan())) {
            RunStatus end = watch(federation, early, late);
            assertThat(end.state()).isEqualTo(RunStatus.State.FINISHED);
        }
        assertThat(early.kilobytes).hasSize(1 + AGENTS);
        assertThat(late.kilobytes).containsOnlyKeys(early.kilobytes.keySet());
        for (String process : early.kilobytes.keySet()) {
            long before = early.mean(process);
            long after = late.mean(process);
            System.out.printf("%s: %d kB, later %d kB%n", process, before, after);
            assertThat(after - before)
                    .as("%s: kB gained by %d kB in %d rounds", process, before, ROUNDS - WARM)
                    .isLessThan((ROUNDS - WARM) * MODEL_KILOBYTES / 4);
        }
        assertThat(late.fewestArrays)
                .as("arrays of the server, %d early", early.fewestArrays)
                .isLessThanOrEqualTo(early.fewestArrays);
    }

    private RunStatus watch(LocalFederation federation, Window early, Window late)
            throws IOException {
        Map<String, Long> processes = new LinkedHashMap<>(federation.agentPids());
        processes.put("server", federation.serverPid());
        while (true) {
            Optional<RunStatus> status = federation.poll();
            if (status.filter(RunStatus::ended).isPresent()) {
                return status.get();
            }
            int round = status.map(RunStatus::round).orElse(0);
            for (Window window : List.of(early, late)) {
                if (window.holds(round)) {
                    sample(processes, window);
                    window.fewestArrays = Math.min(window.fewestArrays, arrays());
                }
            }
            LockSupport.parkNanos(10_000_000);
        }
    }

    private static void sample(Map<String, Long> processes, Window window) {
        for (Map.Entry<String, Long> process : processes.entrySet()) {
            try (Stream<String> lines =
                    Files.lines(Path.of("/proc", "" + process.getValue(), "status"))) {
                lines.filter(line -> line.startsWith("VmRSS:"))
                        .map(line -> Long.parseLong(line.replaceAll("\\D", "")))
                        .forEach(kilobytes -> window.add(process.getKey(), kilobytes));
            } catch (IOException | UncheckedIOException e) {
                // The run has just ended, and the agent with it.
            }
        }
    }

    private int arrays() throws IOException {
        try (HttpTransport http = HttpTransport.open(server())) {
            HttpCall metrics = HttpCall.get(Paths.METRICS, Duration.ofSeconds(10));
            return http.send(metrics, null)
                    .text()
                    .lines()
                    .filter(line -> line.startsWith(GAUGE))
                    .mapToInt(line -> (int) Double.parseDouble(line.substring(line.indexOf(' '))))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private URI server() throws IOException {
        try (Stream<Path> files = Files.list(runs)) {
            Path port =
                    files.map(directory -> directory.resolve("port"))
                            .filter(Files::exists)
                            .findFirst()
                            .orElseThrow();
            return URI.create("http://" + Files.readString(port).strip());
        }
    }

    private FederationPlan plan() {
        DataConfig data = DataConfig.of("digits", AGENTS).withOptions(SmallFederation.DATA);
        RunConfig run =
                RunConfig.builder(new ModelSpec("mlp", Map.of("hidden", "64")), data)
                        .name("memory")
                        .device("cpu")
                        .cohort(CohortConfig.of(AGENTS).withMinimum(AGENTS))
                        .training(TrainingPlan.sgd(1, 20, 0.05))
                        .evaluation(new EvaluationConfig(true, false, 20))
                        .rounds(ROUNDS)
                        .build();
        Map<String, List<String>> agents = new LinkedHashMap<>();
        for (int i = 0; i < AGENTS; i++) {
            List<String> options =
                    new ArrayList<>(List.of("--dataset", "digits", "--partition", "iid"));
            SmallFederation.DATA.forEach(
                    (key, value) -> options.addAll(List.of("--data-option", key + "=" + value)));
            options.addAll(List.of("--clients", "" + AGENTS, "--index", "" + i));
            agents.put("client-" + i, options);
        }
        return new FederationPlan(
                run, runs, List.of(), agents, List.of("agent", "--no-state"), JVM_FLAGS);
    }
}
