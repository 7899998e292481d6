package dev.tributary.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.config.CohortConfig;
import dev.tributary.config.DataConfig;
import dev.tributary.config.EvaluationConfig;
import dev.tributary.config.RunConfig;
import dev.tributary.config.RunConfigBuilder;
import dev.tributary.config.RunFile;
import dev.tributary.config.StopConfig;
import dev.tributary.config.StrategyConfig;
import dev.tributary.protocol.ClientPhase;
import dev.tributary.protocol.ClientProgress;
import dev.tributary.protocol.Json;
import dev.tributary.protocol.ModelSpec;
import dev.tributary.protocol.Outcome;
import dev.tributary.protocol.Paths;
import dev.tributary.protocol.RoundMetrics;
import dev.tributary.protocol.RoundTask;
import dev.tributary.protocol.RunEvent;
import dev.tributary.protocol.RunStatus;
import dev.tributary.server.database.ReadyDatabase;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Whole runs over real HTTP, with clients moved by hand. */
final class RunStoryTest {
    @TempDir(factory = ReadyDatabase.class)
    private Path runs;

    private static RunConfigBuilder config(int clients, int rounds) {
        return RunConfig.builder(
                        new ModelSpec("vector", Map.of()), DataConfig.of(DataConfig.NONE, clients))
                .device("cpu")
                .cohort(CohortConfig.of(clients))
                .rounds(rounds)
                .evaluation(new EvaluationConfig(false, false, 1));
    }

    private FederatedServer start(RunConfigBuilder config, VectorModel model) {
        ServerOptions options = ServerOptions.builder(runs).poll(Duration.ofSeconds(5)).build();
        return FederatedServer.start(config.build(), options, model);
    }

    private static List<HandClient> clients(FederatedServer server, VectorModel model, int count) {
        List<HandClient> clients = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            HandClient client = new HandClient(server.url(), "c" + i, model.layout());
            clients.add(client.register(100 + i));
        }
        return clients;
    }

    private Path file(RunStatus run, String name) {
        return runs.resolve(run.runId()).resolve(name);
    }

    @Test
    void runLeavesItsFilesBehindAndNoOthers() throws IOException {
        VectorModel model = VectorModel.of(3, 2);
        RunStatus last;
        try (FederatedServer server = start(config(2, 2), model)) {
            List<HandClient> clients = clients(server, model, 2);
            for (int round = 1; round <= 2; round++) {
                for (HandClient client : clients) {
                    client.update(client.task(), 100, round);
                }
            }
            last = server.awaitEnd();
            assertThat(clients.get(0).task().kind()).isEqualTo(RoundTask.Kind.FINISHED);
        }
        assertThat(last.state()).isEqualTo(RunStatus.State.FINISHED);
        try (var files = Files.list(runs.resolve(last.runId()))) {
            assertThat(files.map(path -> path.getFileName().toString()))
                    .containsExactlyInAnyOrder(
                            "run.yaml",
                            "model.safetensors",
                            "metrics.jsonl",
                            "events.jsonl",
                            "provenance.json",
                            "chart.svg");
        }
        List<String> lines = Files.readAllLines(file(last, "metrics.jsonl"));
        assertThat(lines).hasSize(2);
        assertThat(Json.read(lines.get(1), RoundMetrics.class)).isEqualTo(last.history().get(1));
        assertThat(RunFile.read(file(last, "run.yaml")).rounds()).isEqualTo(2);
        assertThat(Files.readString(file(last, "provenance.json")))
                .contains(String.valueOf(last.modelSha256()), "\"c1\"", "101", "pytorch");
    }

    @Test
    void weightedMeanIsTheModel() throws IOException {
        VectorModel model = VectorModel.of(3);
        try (FederatedServer server = start(config(2, 1), model)) {
            List<HandClient> clients = clients(server, model, 2);
            clients.get(0).update(clients.get(0).task(), 25, 1f);
            clients.get(1).update(clients.get(1).task(), 75, 3f);
            RunStatus last = server.awaitEnd();
            byte[] file = Files.readAllBytes(file(last, "model.safetensors"));
            byte[] expected = {0, 0, 0x20, 0x40};
            assertThat(Arrays.copyOfRange(file, file.length - 4, file.length)).isEqualTo(expected);
        }
    }

    @Test
    void anyOrderOfArrivalGivesTheSameBytes() {
        VectorModel model = VectorModel.of(1000);
        Random random = new Random(7);
        List<String> hashes = new ArrayList<>();
        for (int run = 0; run < 3; run++) {
            try (FederatedServer server = start(config(5, 2), model)) {
                List<HandClient> clients = clients(server, model, 5);
                for (int round = 1; round <= 2; round++) {
                    List<HandClient> arrivals = new ArrayList<>(clients);
                    Collections.shuffle(arrivals, random);
                    for (HandClient client : arrivals) {
                        float value = (float) Math.sin(client.id().hashCode() * round);
                        client.update(client.task(), 100, value, value / 3, -value * 7e-5f);
                    }
                }
                hashes.add(String.valueOf(server.awaitEnd().modelSha256()));
            }
        }
        assertThat(hashes).hasSize(3).containsOnly(hashes.get(0));
    }

    @Test
    void deadClientHoldsUpNoRound() {
        VectorModel model = VectorModel.of(4);
        RunConfigBuilder config =
                config(3, 2)
                        .cohort(
                                CohortConfig.of(3)
                                        .withMinimum(2)
                                        .withDeadline(Duration.ofMillis(600))
                                        .withAttempts(20));
        try (FederatedServer server = start(config, model)) {
            List<HandClient> alive = clients(server, model, 3).subList(0, 2);
            RoundTask task = alive.get(0).task();
            // Whom a machine that stalls has kept from a round's deadline is asked again.
            for (int i = 1; task.kind() == RoundTask.Kind.TRAIN; i++) {
                alive.get((i - 1) % 2).update(task, 10, 1);
                task = alive.get(i % 2).task();
            }
            RunStatus last = server.awaitEnd();
            assertThat(last.state()).isEqualTo(RunStatus.State.FINISHED);
            assertThat(last.history()).extracting(RoundMetrics::accepted).containsOnly(2);
            assertThat(last.events()).anyMatch(event -> event.message().contains("missing: [c2]"));
        }
    }

    @Test
    void runBelowItsMinimumFailsAfterItsAttempts() {
        VectorModel model = VectorModel.of(4);
        RunConfigBuilder config =
                config(2, 2)
                        .cohort(
                                CohortConfig.of(2)
                                        .withMinimum(2)
                                        .withAttempts(1)
                                        .withDeadline(Duration.ofMillis(500)));
        try (FederatedServer server = start(config, model)) {
            List<HandClient> clients = clients(server, model, 2);
            clients.get(0).update(clients.get(0).task(), 10, 1);
            RunStatus last = server.awaitEnd();
            assertThat(last.state()).isEqualTo(RunStatus.State.FAILED);
            assertThat(last.message()).contains("attempt 2");
            assertThat(last.history()).isEmpty();
            assertThat(clients.get(0).task().kind()).isEqualTo(RoundTask.Kind.FINISHED);
        }
    }

    @Test
    void runWhoseClientsAllDivergeEndsLongBeforeItsDeadlines() throws IOException {
        VectorModel model = VectorModel.of(4);
        RunConfigBuilder config =
                config(2, 2).cohort(CohortConfig.of(2).withMinimum(2).withAttempts(1));
        try (FederatedServer server = start(config, model)) {
            List<HandClient> clients = clients(server, model, 2);
            for (int attempt = 1; attempt <= 2; attempt++) {
                clients.get(0).update(clients.get(0).task(), 100, 1);
                decline(clients.get(1));
            }
            RunStatus last = server.end().orTimeout(20, TimeUnit.SECONDS).join();
            assertThat(last.state()).isEqualTo(RunStatus.State.FAILED);
            assertThat(last.message()).contains("attempt 2", "no client is left");
            assertThat(Files.readString(file(last, "provenance.json")))
                    .contains("\"updates_accepted\": 2");
        }
    }

    private static void decline(HandClient client) {
        RoundTask task = client.task();
        client.progress(new ClientProgress(task.runId(), task.round(), ClientPhase.FAILED, 0, 0));
    }

    @Test
    void modelThatWouldNotBeFiniteIsNeverPublished() {
        VectorModel model = VectorModel.of(4);
        RunConfigBuilder config =
                config(1, 5)
                        .strategy(new StrategyConfig("fedavg", 1e38, Map.of()))
                        .cohort(CohortConfig.of(1).withAttempts(1));
        try (FederatedServer server = start(config, model)) {
            HandClient client = clients(server, model, 1).get(0);
            assertThat(client.update(client.task(), 1, 100f).outcome()).isEqualTo(Outcome.ACCEPTED);
            client.update(client.task(), 1, 100f);
            RunStatus last = server.awaitEnd();
            assertThat(last.state()).isEqualTo(RunStatus.State.FAILED);
            assertThat(last.message()).contains("not finite");
            assertThat(last.modelVersion()).isZero();
        }
    }

    @Test
    void centralEvaluationStopsTheRun() {
        VectorModel model = VectorModel.measuredAgainst(3);
        RunConfigBuilder config =
                RunConfig.builder(new ModelSpec("vector", Map.of()), DataConfig.of("digits", 1))
                        .device("cpu")
                        .cohort(CohortConfig.of(1))
                        .rounds(10)
                        .evaluation(new EvaluationConfig(true, false, 1))
                        .stop(StopConfig.never().withLoss(0.5));
        try (FederatedServer server = start(config, model)) {
            HandClient client = clients(server, model, 1).get(0);
            for (int round = 1; round <= 3; round++) {
                client.update(client.task(), 1, 1f);
            }
            RunStatus last = server.awaitEnd();
            assertThat(last.message()).contains("loss 0.0000");
            assertThat(last.history())
                    .extracting(RoundMetrics::loss)
                    .containsExactly(3.0, 2.0, 1.0, 0.0);
        }
    }

    @Test
    void whoFollowsTheRunIsKnownAndHearsOfItsEnd() throws Exception {
        VectorModel model = VectorModel.of(4);
        try (FederatedServer server = start(config(1, 1), model)) {
            HandClient client = clients(server, model, 1).get(0);
            assertThat(server.watched()).isFalse();
            long last =
                    server.status().events().stream().mapToLong(RunEvent::sequence).max().orElse(0);
            HttpClient http = HttpClient.newHttpClient();
            CompletableFuture<HttpResponse<String>> next =
                    http.sendAsync(
                            request(server, Paths.events(server.runId(), last)),
                            BodyHandlers.ofString());
            client.update(client.task(), 1, 1f);
            server.awaitEnd();
            assertThat(next.join().statusCode()).isEqualTo(200);
            assertThat(server.watched()).isTrue();
            String told =
                    http.send(request(server, Paths.run(server.runId())), BodyHandlers.ofString())
                            .body();
            assertThat(Json.read(told, RunStatus.class).ended()).isTrue();
        }
    }

    private static HttpRequest request(FederatedServer server, String path) {
        return HttpRequest.newBuilder(server.url().resolve(path)).build();
    }

    @Test
    void stoppingSavesWhatThereIs() {
        VectorModel model = VectorModel.of(4);
        FederatedServer server = start(config(1, 5), model);
        HandClient client = clients(server, model, 1).get(0);
        client.update(client.task(), 1, 1f);
        assertThat(client.task().round()).isEqualTo(2);
        server.stop("enough");
        server.close();
        RunStatus last = server.awaitEnd();
        assertThat(last.state()).isEqualTo(RunStatus.State.STOPPED);
        assertThat(last.message()).isEqualTo("enough");
        assertThat(last.modelVersion()).isEqualTo(1);
        assertThat(file(last, "model.safetensors")).exists();
    }

    @Test
    void memoryStaysFlatOverTwoHundredRounds() {
        VectorModel model = VectorModel.of(8);
        try (FederatedServer server = start(config(2, 200), model)) {
            List<HandClient> clients = clients(server, model, 2);
            int early = 0;
            for (int round = 1; round <= 200; round++) {
                for (HandClient client : clients) {
                    client.update(client.task(), 1, 0.01f);
                }
                early = round == 20 ? server.managedArrays() : early;
            }
            assertThat(server.awaitEnd().history()).hasSize(200);
            assertThat(early).isPositive();
            assertThat(server.managedArrays()).isEqualTo(early);
        }
    }
}
