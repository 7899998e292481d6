package dev.tributary.server;

import static org.assertj.core.api.Assertions.assertThat;

import static java.util.Objects.requireNonNull;

import com.google.gson.JsonParser;

import dev.tributary.config.CohortConfig;
import dev.tributary.config.DataConfig;
import dev.tributary.config.EvaluationConfig;
import dev.tributary.config.RunConfig;
import dev.tributary.config.RunFile;
import dev.tributary.protocol.ClientProgress;
import dev.tributary.protocol.ClientRegistration;
import dev.tributary.protocol.ErrorCode;
import dev.tributary.protocol.Json;
import dev.tributary.protocol.ModelSpec;
import dev.tributary.protocol.Paths;
import dev.tributary.protocol.RoundTask;
import dev.tributary.protocol.RunEvent;
import dev.tributary.protocol.RunStatus;
import dev.tributary.protocol.RunStatus.State;
import dev.tributary.server.database.Database;
import dev.tributary.server.database.DatabaseAddress;
import dev.tributary.server.database.NewRun;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A server with several runs, over real HTTP, with clients moved by hand.
 *
 * <p>What should happen: (1) runs side by side give the models that each gives alone; (2) queued
 * runs begin in the order of submission; (3) a client that registered once serves the next run; (4)
 * a server that is closed goes on with all runs when it is started again; (5) a stopped run goes on
 * and gives the model of an undisturbed one; (6) a declined run goes on without the client.
 *
 * <p>What should not: (1) a wrong run file leaves no run; (2) a run that has finished cannot be
 * stopped or resumed; (3) a client is not asked about data that it has not.
 */
@Timeout(120)
final class ManyRunsTest {
    private static final VectorModel MODEL = VectorModel.of(40);
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @TempDir private Path runs;

    private final BlockingQueue<RunStatus> ended = new LinkedBlockingQueue<>();
    private final List<String> notes = new CopyOnWriteArrayList<>();
    private @Nullable StandingServer server;

    @AfterEach
    void stop() {
        if (server != null) {
            server.close();
        }
    }

    @Test
    void runsSideBySideGiveTheModelsThatEachGivesAlone() throws Exception {
        String aloneOne = alone("one", 3);
        String aloneTwo = alone("two", 2);
        start(2);
        String one = submit(config("one", 3)).runId();
        String two = submit(config("two", 2)).runId();
        assertThat(finish(clients(2), 2))
                .containsEntry(one, aloneOne)
                .containsEntry(two, aloneTwo)
                .hasSize(2);
    }

    @Test
    void clientServesTwoRunsByTurns() throws Exception {
        start(2);
        HandClient client = clients(1).get(0);
        String one = submit(config("one", 3, 1)).runId();
        String two = submit(config("two", 3, 1)).runId();
        for (int round = 1; round <= 3; round++) {
            awaitRound(one, round);
            awaitRound(two, round);
            RoundTask first = client.task();
            RoundTask second = client.task();
            assertThat(List.of(first.runId(), second.runId())).containsExactlyInAnyOrder(one, two);
            update(client, first);
            update(client, second);
        }
        assertThat(List.of(ended(), ended()))
                .extracting(RunStatus::state)
                .containsOnly(State.FINISHED);
    }

    @Test
    void queuedRunsBeginInTheOrderOfSubmissionAndClientsStay() throws Exception {
        start(1);
        List<HandClient> clients = clients(2);
        List<String> ids = new ArrayList<>();
        for (String name : List.of("c", "a", "b")) {
            ids.add(submit(config(name, 1)).runId());
        }
        assertThat(status(ids.get(2)).state()).isEqualTo(State.QUEUED);
        assertThat(List.copyOf(finish(clients, 3).keySet())).isEqualTo(ids);
        assertThat(list()).extracting(RunStatus::runId).containsExactlyInAnyOrderElementsOf(ids);
        assertThat(list()).extracting(RunStatus::state).containsOnly(State.FINISHED);
    }

    @Test
    void runsThatWaitSayWhatFor() throws Exception {
        start(1);
        clients(1);
        RunConfig config =
                RunConfig.builder(new ModelSpec("vector", Map.of()), DataConfig.of("digits", 2))
                        .device("cpu")
                        .cohort(CohortConfig.of(2))
                        .evaluation(new EvaluationConfig(false, false, 1))
                        .build();
        String first = submit(config).runId();
        String second = submit(config("two", 1)).runId();
        String third = submit(config("three", 1)).runId();
        assertThat(status(first).message())
                .isEqualTo("waiting for clients with data set digits: 1 of 2 have registered");
        assertThat(status(second).message()).isEqualTo("queued behind " + first);
        assertThat(status(third).message()).isEqualTo("queued behind " + first + " and 1 more");
        assertThat(list()).extracting(RunStatus::message).contains("queued behind " + first);
        assertThat(post(Paths.stop(second), "").statusCode()).isEqualTo(200);
        assertThat(status(third).message()).isEqualTo("queued behind " + first);
    }

    @Test
    void runThatIsNotTakenUpYetShowsHowFarItCameAndItsClientsWait() throws Exception {
        start(1);
        List<HandClient> clients = clients(2);
        String id = submit(config("one", 3)).runId();
        serve(clients, 2);
        awaitRound(id, 3);
        stop();
        CountDownLatch found = new CountDownLatch(1);
        Models slow =
                config -> {
                    try {
                        assertThat(found.await(60, TimeUnit.SECONDS)).isTrue();
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                    return MODEL;
                };
        start(1, slow);
        try {
            RunStatus before = list().get(0);
            assertThat(before.state()).isEqualTo(State.RUNNING);
            assertThat(before.round()).isEqualTo(3);
            assertThat(before.modelVersion()).isEqualTo(2);
            assertThat(before.history()).hasSize(1);
            assertThat(get(Paths.HOME).body()).contains("taking up runs", "3 of 3");
            HttpResponse<String> layout = get(Paths.layout(id));
            assertThat(layout.statusCode()).isEqualTo(503);
            assertThat(HandClient.error(layout).code()).isEqualTo(ErrorCode.BUSY);
        } finally {
            found.countDown();
        }
        assertThat(finish(clients(2), 1)).containsOnlyKeys(id);
        assertThat(get(Paths.HOME).body()).doesNotContain("taking up");
    }

    @Test
    void everyMistakeInARunFileIsToldAndNoRunIsLeft() throws Exception {
        start(1);
        HttpResponse<String> reply =
                post(
                        Paths.RUNS,
                        "model: vector\ndata: {dataset: none}\nrouds: 3\nseed: x\nrounds: 0\n");
        assertThat(reply.statusCode()).isEqualTo(422);
        assertThat(HandClient.error(reply).code()).isEqualTo(ErrorCode.INVALID_RUN);
        assertThat(HandClient.error(reply).message().lines())
                .hasSizeGreaterThanOrEqualTo(3)
                .anyMatch(line -> line.contains("rouds"))
                .anyMatch(line -> line.contains("seed"))
                .anyMatch(line -> line.contains("rounds") && line.contains("0"));
        assertThat(list()).isEmpty();
        try (var left = Files.list(runs)) {
            assertThat(left).noneMatch(Files::isDirectory);
        }
    }

    @Test
    void closedServerGoesOnWithAllItsRuns() throws Exception {
        Map<String, String> alone =
                Map.of("one", alone("one", 3), "two", alone("two", 3), "more", alone("more", 1));
        start(2);
        List<HandClient> clients = clients(2);
        Map<String, String> expected = new HashMap<>();
        expected.put(submit(config("one", 3)).runId(), alone.get("one"));
        expected.put(submit(config("two", 3)).runId(), alone.get("two"));
        expected.put(submit(config("more", 1)).runId(), alone.get("more"));
        serve(clients, 2);
        update(clients.get(0), clients.get(0).task());
        stop();
        start(2);
        assertThat(finish(clients(2), 3)).isEqualTo(expected);
    }

    @Test
    void stoppedRunGoesOnWhereItPublishedLast() throws Exception {
        String alone = alone("one", 4);
        start(1);
        List<HandClient> clients = clients(2);
        String id = submit(config("one", 4)).runId();
        serve(clients, 2);
        update(clients.get(0), clients.get(0).task());
        assertThat(post(Paths.stop(id), "").statusCode()).isEqualTo(200);
        RunStatus stopped = ended();
        assertThat(stopped.state()).isEqualTo(State.STOPPED);
        assertThat(stopped.modelVersion()).isEqualTo(2);
        RunStatus resumed = Json.read(post(Paths.resume(id), "").body(), RunStatus.class);
        assertThat(resumed.state()).isIn(State.QUEUED, State.WAITING, State.RUNNING);
        assertThat(finish(clients, 1)).containsEntry(id, alone);
    }

    @Test
    void queuedRunCanBeStoppedAndFinishedOneCannot() throws Exception {
        start(1);
        List<HandClient> clients = clients(2);
        String first = submit(config("one", 1)).runId();
        String second = submit(config("two", 1)).runId();
        assertThat(post(Paths.stop(second), "").statusCode()).isEqualTo(200);
        assertThat(status(second).state()).isEqualTo(State.STOPPED);
        assertThat(finish(clients, 1)).containsOnlyKeys(first);
        HttpResponse<String> stop = post(Paths.stop(first), "");
        assertThat(HandClient.error(stop).code()).isEqualTo(ErrorCode.WRONG_STATE);
        HttpResponse<String> resume = post(Paths.resume(first), "");
        assertThat(HandClient.error(resume).code()).isEqualTo(ErrorCode.WRONG_STATE);
        assertThat(HandClient.error(resume).message()).contains("FINISHED");
    }

    @Test
    void runWhoseFileIsOfAnotherVersionHidesNoOther() throws Exception {
        try (Database before = Database.open(DatabaseAddress.inDirectory(runs))) {
            before.runs().create(new NewRun("old-1", "old", "roundz: 3\n", 1), State.FAILED);
        }
        start(1);
        String id = submit(config("one", 1)).runId();
        assertThat(list()).extracting(RunStatus::runId).containsExactlyInAnyOrder("old-1", id);
        assertThat(status("old-1").state()).isEqualTo(State.FAILED);
        HttpResponse<String> resume = post(Paths.resume("old-1"), "");
        assertThat(HandClient.error(resume).code()).isEqualTo(ErrorCode.WRONG_STATE);
    }

    @Test
    void unknownRunIsNotFoundWhateverIsAsked() throws Exception {
        start(1);
        for (String path : List.of(Paths.run("x"), Paths.events("x", 0), Paths.newestModel("x"))) {
            assertThat(get(path).statusCode()).as(path).isEqualTo(404);
        }
        assertThat(post(Paths.stop("x"), "").statusCode()).isEqualTo(404);
        assertThat(post(Paths.resume("x"), "").statusCode()).isEqualTo(404);
    }

    @Test
    void eventsAndResultOutliveTheirRun() throws Exception {
        start(1);
        List<HandClient> clients = clients(2);
        String id = submit(config("one", 2)).runId();
        serve(clients, 2);
        RunStatus last = ended();
        List<RunEvent> events = new ArrayList<>();
        JsonParser.parseString(get(Paths.events(id, 0)).body())
                .getAsJsonArray()
                .forEach(one -> events.add(Json.read(one.toString(), RunEvent.class)));
        assertThat(events).extracting(RunEvent::sequence).startsWith(1L, 2L).isSorted();
        clients.forEach(
                client -> assertThat(client.task().kind()).isEqualTo(RoundTask.Kind.RUN_ENDED));
        awaitRetired(id);
        HttpResponse<byte[]> model = bytes(Paths.newestModel(id));
        assertThat(model.headers().firstValue(Paths.MODEL_SHA256_HEADER))
                .hasValue(last.modelSha256());
        assertThat(sha256(model.body())).isEqualTo(last.modelSha256());
        assertThat(status(id).history()).hasSize(2);
        assertThat(status(id).withDetails(List.of(), List.of(), List.of()))
                .isEqualTo(last.withDetails(List.of(), List.of(), List.of()));
    }

    @Test
    void clientIsAskedOnlyAboutItsDataAndMayDecline() throws Exception {
        start(1);
        HandClient other = new HandClient(url(), "other", MODEL.layout());
        ClientRegistration registration =
                new ClientRegistration("other", Paths.PROTOCOL_VERSION, "test", 10, "cpu", "mnist");
        assertThat(other.send("POST", Paths.CLIENTS, Json.write(registration)).statusCode())
                .isEqualTo(200);
        HandClient unwilling = clients(1).get(0);
        RunConfig config =
                RunConfig.builder(new ModelSpec("vector", Map.of()), DataConfig.of("digits", 1))
                        .name("one")
                        .device("cpu")
                        .cohort(CohortConfig.of(1).withAttempts(3))
                        .rounds(1)
                        .evaluation(new EvaluationConfig(false, false, 1))
                        .build();
        String id = submit(config).runId();
        RoundTask task = unwilling.task();
        unwilling.progress(ClientProgress.declined(task, "no such model here"));
        HandClient willing = new HandClient(url(), "willing", MODEL.layout()).register(100);
        update(willing, willing.task());
        RunStatus last = ended();
        assertThat(last.state()).isEqualTo(State.FINISHED);
        assertThat(last.clients()).extracting(c -> c.clientId()).containsExactly("c0", "willing");
        assertThat(status(id).events()).anyMatch(e -> e.message().contains("no such model here"));
    }

    private static RunConfig config(String name, int rounds) {
        return config(name, rounds, 2);
    }

    private static RunConfig config(String name, int rounds, int clients) {
        return RunConfig.builder(
                        new ModelSpec("vector", Map.of()), DataConfig.of(DataConfig.NONE, clients))
                .name(name)
                .device("cpu")
                .cohort(CohortConfig.of(clients).withMinimum(clients))
                .rounds(rounds)
                .evaluation(new EvaluationConfig(false, false, 1))
                .build();
    }

    private void start(int sideBySide) {
        start(sideBySide, config -> MODEL);
    }

    private void start(int sideBySide, Models models) {
        ServerOptions options =
                ServerOptions.builder(runs)
                        .poll(Duration.ofSeconds(2))
                        .sideBySide(sideBySide)
                        .build();
        RunListener listener =
                new RunListener() {
                    @Override
                    public void note(String line) {
                        notes.add(line);
                    }

                    @Override
                    public void ended(RunStatus last, Path directory) {
                        ended.add(last);
                    }
                };
        server = StandingServer.start(options, models, listener);
    }

    /** The SHA-256 that the run gives where there is no other. */
    private String alone(String name, int rounds) {
        Path elsewhere = runs.resolveSibling(runs.getFileName() + "-" + name);
        try (FederatedServer only =
                FederatedServer.start(
                        config(name, rounds), ServerOptions.local(elsewhere), MODEL)) {
            List<HandClient> clients = clients(only.url(), 2);
            for (int i = 0; i < rounds; i++) {
                clients.forEach(client -> update(client, client.task()));
            }
            return String.valueOf(only.awaitEnd().modelSha256());
        }
    }

    private URI url() {
        return requireNonNull(server).url();
    }

    private List<HandClient> clients(int count) {
        return clients(url(), count);
    }

    private static List<HandClient> clients(URI url, int count) {
        List<HandClient> clients = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            clients.add(new HandClient(url, "c" + i, MODEL.layout()).register(100 + i));
        }
        return clients;
    }

    /** The same round of the same run always gives the same update. */
    private static void update(HandClient client, RoundTask task) {
        float value = (float) Math.sin(client.id().hashCode() + task.round());
        client.update(task, 100, value, value / 3, -value * 7e-5f);
    }

    /** Each client works on so many tasks of whichever run. */
    private static void serve(List<HandClient> clients, int tasks) {
        for (int i = 0; i < tasks; i++) {
            for (HandClient client : clients) {
                RoundTask task = client.task();
                while (task.kind() == RoundTask.Kind.RUN_ENDED) {
                    task = client.task();
                }
                update(client, task);
            }
        }
    }

    /** All clients work, each on a thread of its own, until so many runs have ended. */
    private Map<String, String> finish(List<HandClient> clients, int count) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(clients.size());
        try {
            clients.forEach(client -> threads.execute(() -> work(client)));
            Map<String, String> results = new LinkedHashMap<>();
            for (int i = 0; i < count; i++) {
                RunStatus last = ended();
                assertThat(last.state()).as(last.message()).isEqualTo(State.FINISHED);
                results.put(last.runId(), String.valueOf(last.modelSha256()));
            }
            return results;
        } finally {
            threads.shutdownNow();
        }
    }

    private static void work(HandClient client) {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                RoundTask task = client.task();
                if (task.kind() == RoundTask.Kind.TRAIN) {
                    update(client, task);
                }
            }
        } catch (AssertionError e) {
            // Interrupted while it waited.
        }
    }

    private RunStatus ended() throws InterruptedException {
        RunStatus last = ended.poll(60, TimeUnit.SECONDS);
        assertThat(last).as("a run that ends; so far: " + notes).isNotNull();
        return last;
    }

    private void awaitRound(String id, int round) throws Exception {
        RunStatus status = status(id);
        while (status.round() < round || status.cohort() == 0) {
            LockSupport.parkNanos(5_000_000);
            status = status(id);
        }
    }

    private void awaitRetired(String id) throws Exception {
        while (Files.exists(runs.resolve(id).resolve("lock"))) {
            LockSupport.parkNanos(5_000_000);
        }
        assertThat(status(id).clients()).isEmpty();
    }

    private RunStatus submit(RunConfig config) throws Exception {
        HttpResponse<String> reply = post(Paths.RUNS, RunFile.write(config));
        assertThat(reply.statusCode()).as(reply.body()).isEqualTo(201);
        RunStatus run = Json.read(reply.body(), RunStatus.class);
        assertThat(reply.headers().firstValue("Location")).hasValue(Paths.run(run.runId()));
        return run;
    }

    private RunStatus status(String id) throws Exception {
        return Json.read(get(Paths.run(id)).body(), RunStatus.class);
    }

    private List<RunStatus> list() throws Exception {
        List<RunStatus> runs = new ArrayList<>();
        JsonParser.parseString(get(Paths.RUNS).body())
                .getAsJsonArray()
                .forEach(one -> runs.add(Json.read(one.toString(), RunStatus.class)));
        return runs;
    }

    private HttpResponse<String> get(String path) throws Exception {
        return HTTP.send(
                HttpRequest.newBuilder(url().resolve(path)).build(), BodyHandlers.ofString());
    }

    private HttpResponse<byte[]> bytes(String path) throws Exception {
        return HTTP.send(
                HttpRequest.newBuilder(url().resolve(path)).build(), BodyHandlers.ofByteArray());
    }

    private HttpResponse<String> post(String path, String body) throws Exception {
        return HTTP.send(
                HttpRequest.newBuilder(url().resolve(path))
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
    }

    private static String sha256(byte[] bytes) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }
}
