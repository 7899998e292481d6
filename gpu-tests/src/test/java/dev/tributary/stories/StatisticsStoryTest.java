package dev.tributary.stories;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.agent.RetryPolicy;
import dev.tributary.agent.ServerRefusedException;
import dev.tributary.agent.StatisticsExchange;
import dev.tributary.agent.command.AgentCommand;
import dev.tributary.agent.http.ServerAddress;
import dev.tributary.config.CohortConfig;
import dev.tributary.config.DataConfig;
import dev.tributary.config.RunConfig;
import dev.tributary.data.TableStatistics;
import dev.tributary.data.table.CsvProvider;
import dev.tributary.data.table.StatisticsFile;
import dev.tributary.protocol.ModelSpec;
import dev.tributary.protocol.Paths;
import dev.tributary.protocol.RunStatus;
import dev.tributary.server.FederatedServer;
import dev.tributary.server.ServerOptions;
import dev.tributary.server.relay.Relay;
import dev.tributary.server.relay.RelayOptions;
import dev.tributary.training.TrainingPlan;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import picocli.CommandLine;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/**
 * Sites whose tables differ agree before round 1, through the server and without a file; also those
 * behind a relay.
 */
@Timeout(120)
class StatisticsStoryTest {
    private static final List<String> SITES = List.of("site-a", "site-b");
    private static final Map<String, String> OPTIONS =
            Map.of(
                    "train-file", "train.csv",
                    "test-file", "test.csv",
                    "label", "ill",
                    "classes", "no,yes");

    @TempDir private Path directory;

    /** How many of the sites reach the server through a relay. */
    private int behindARelay;

    @Test
    void gatheredStatisticsGiveTheModelOfThoseInFiles() throws Exception {
        writeTables();
        byte[] gathered = run("gathered", directory.resolve("gathered-runs"));
        for (String place : List.of("server", "site-a", "site-b")) {
            StatisticsFile.write(directory.resolve(place).resolve("agreed.csv"), sum());
        }
        byte[] files = run("agreed.csv", directory.resolve("file-runs"));
        assertThat(gathered).isEqualTo(files);
    }

    @Test
    void sitesBehindARelayAgreeWithTheOthers() throws Exception {
        writeTables();
        byte[] flat = run("gathered", directory.resolve("flat-runs"));
        behindARelay = 1;
        assertThat(run("gathered", directory.resolve("tree-runs"))).isEqualTo(flat);
    }

    @Test
    void runThatWasStoppedLeavesNothingToTheNextOfItsName() throws Exception {
        writeTables();
        Path runs = directory.resolve("runs");
        Map<String, String> options = new HashMap<>(OPTIONS);
        options.put("statistics", "gathered");
        RunConfig config = config(options);
        CompletableFuture<URI> url = new CompletableFuture<>();
        CompletableFuture<TableStatistics> agreed =
                url.thenApplyAsync(
                        at ->
                                StatisticsExchange.agree(
                                        ServerAddress.of(at),
                                        Map.of("site-a", sum(), "site-b", sum()),
                                        RetryPolicy.lasting(Duration.ofSeconds(30)),
                                        line -> {}));
        try (FederatedServer server =
                FederatedServer.start(
                        config, ServerOptions.local(runs), (at, sites) -> url.complete(at))) {
            assertThat(agreed.get()).isEqualTo(sum().plus(sum()));
            server.stop("enough");
            assertThat(server.awaitEnd().state()).isEqualTo(RunStatus.State.STOPPED);
        }
        assertThat(runs.resolve("statistics").resolve(config.name())).doesNotExist();
    }

    @Test
    void serverWhoseRunGathersNothingSaysSo() throws Exception {
        writeTables();
        RunConfig run = SmallFederation.run(1, 1).build();
        try (FederatedServer server =
                FederatedServer.start(run, ServerOptions.local(directory.resolve("runs")))) {
            assertThatThrownBy(
                            () ->
                                    StatisticsExchange.agree(
                                            ServerAddress.of(server.url()),
                                            Map.of("site-a", sum()),
                                            RetryPolicy.lasting(Duration.ofSeconds(5)),
                                            line -> {}))
                    .isInstanceOf(ServerRefusedException.class)
                    .hasMessageContaining("expected a server whose run file says");
            assertThat(answerToAHead(server.url())).contains(" 404 ");
        }
    }

    /** The first line of what the server says before any of a long body has come. */
    private static String answerToAHead(URI server) throws IOException {
        try (Socket socket = new Socket(server.getHost(), server.getPort())) {
            String head =
                    "PUT %s HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n"
                            .formatted(Paths.siteStatistics("site-a"), StatisticsFile.MAX_BYTES);
            socket.setSoTimeout(5000);
            socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            return new BufferedReader(
                            new InputStreamReader(
                                    socket.getInputStream(), StandardCharsets.US_ASCII))
                    .readLine();
        }
    }

    /** Runs server and agents, and returns the model's file. */
    private byte[] run(String statistics, Path runs) throws Exception {
        Map<String, String> options = new HashMap<>(OPTIONS);
        options.put("statistics", statistics);
        RunConfig config = config(options);
        CompletableFuture<URI> url = new CompletableFuture<>();
        ExecutorService threads = Executors.newCachedThreadPool();
        try {
            Future<FederatedServer> starting =
                    threads.submit(
                            () ->
                                    FederatedServer.start(
                                            config,
                                            ServerOptions.local(runs),
                                            (at, sites) -> url.complete(at)));
            boolean gathers = gathers(options);
            URI at = gathers ? url.get() : starting.get().url();
            try (Relay relay = Relay.start(RelayOptions.local(at, runs.resolve("relay")))) {
                List<Future<Integer>> agents = new ArrayList<>();
                for (String site : SITES) {
                    URI way = agents.size() < behindARelay ? relay.url() : at;
                    agents.add(threads.submit(() -> agent(site, options, way)));
                }
                return result(starting.get(), agents, gathers);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    /** The model's file, when all have ended. */
    private static byte[] result(
            FederatedServer started, List<Future<Integer>> agents, boolean gathers)
            throws Exception {
        try (FederatedServer server = started) {
            assertThat(server.awaitEnd().state()).isEqualTo(RunStatus.State.FINISHED);
            server.agentsTold().join();
            for (Future<Integer> agent : agents) {
                assertThat(agent.get()).isZero();
            }
            assertThat(Files.exists(server.runDirectory().resolve("statistics.csv")))
                    .isEqualTo(gathers);
            return Files.readAllBytes(server.runDirectory().resolve("model.safetensors"));
        }
    }

    private RunConfig config(Map<String, String> options) {
        return RunConfig.builder(
                        new ModelSpec("logistic", Map.of()),
                        DataConfig.of("csv", 2)
                                .withDirectory(directory.resolve("server"))
                                .withOptions(options))
                .device("cpu")
                .cohort(CohortConfig.of(2).withDeadline(Duration.ofSeconds(60)))
                .training(TrainingPlan.sgd(1, 10, 0.1))
                .rounds(2)
                .build();
    }

    private static boolean gathers(Map<String, String> options) {
        return "gathered".equals(options.get("statistics"));
    }

    private int agent(String site, Map<String, String> options, URI server) {
        CommandLine command = new CommandLine(new AgentCommand());
        command.setOut(new PrintWriter(new StringWriter()));
        Stream<String> usual =
                Stream.of(
                        "--server=" + server,
                        "--client-id=" + site,
                        "--dataset=csv",
                        "--data-dir=" + directory.resolve(site),
                        "--device=cpu",
                        "--no-state");
        // The one run holds its examples, the other reads them in pieces: to the same bits.
        Stream<String> more = gathers(options) ? Stream.of() : Stream.of("--stream");
        Stream<String> settings =
                options.entrySet().stream()
                        .map(
                                option ->
                                        "--data-option="
                                                + option.getKey()
                                                + "="
                                                + option.getValue());
        return command.execute(
                Stream.of(usual, more, settings).flatMap(part -> part).toArray(String[]::new));
    }

    private TableStatistics sum() {
        return SITES.stream()
                .map(
                        site ->
                                new CsvProvider()
                                        .open(directory.resolve(site), OPTIONS, 1)
                                        .statistics(new int[] {0, 1, 2, 3, 4, 5, 6, 7, 8, 9}))
                .reduce(TableStatistics::plus)
                .orElseThrow();
    }

    /**
     * Ten patients a site, of other ages and towns; the server's own training rows do not matter.
     */
    private void writeTables() throws IOException {
        SplittableRandom random = new SplittableRandom(4);
        write("site-a", "train.csv", rows(random, 20, "Rome"));
        write("site-b", "train.csv", rows(random, 60, "Oslo"));
        write("server", "train.csv", rows(random, 90, "Bonn"));
        write("server", "test.csv", rows(random, 40, "Rome") + "33,Oslo,no\n");
    }

    private void write(String place, String name, String rows) throws IOException {
        Path path = directory.resolve(place);
        Files.createDirectories(path);
        Files.writeString(path.resolve(name), rows);
    }

    private static String rows(SplittableRandom random, int age, String city) {
        StringBuilder rows = new StringBuilder("age,city,ill\n");
        for (int i = 0; i < 10; i++) {
            rows.append(
                    "%d,%s,%s%n"
                            .formatted(age + random.nextInt(9), city, i % 3 == 0 ? "yes" : "no"));
        }
        return rows.toString();
    }
}
