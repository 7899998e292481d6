package dev.tributary.server;

import static org.assertj.core.api.Assertions.assertThat;

import static java.util.Objects.requireNonNull;

import com.google.gson.JsonParser;

import dev.tributary.config.CohortConfig;
import dev.tributary.config.DataConfig;
import dev.tributary.config.EvaluationConfig;
import dev.tributary.config.RunConfig;
import dev.tributary.config.RunFile;
import dev.tributary.protocol.Json;
import dev.tributary.protocol.ModelSpec;
import dev.tributary.protocol.Paths;
import dev.tributary.protocol.RoundTask;
import dev.tributary.protocol.RunStatus;
import dev.tributary.protocol.RunStatus.State;

import org.jspecify.annotations.Nullable;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A server with several runs, over real HTTP, with clients moved by hand. */
final class ManyRuns implements AutoCloseable {
    static final VectorModel MODEL = VectorModel.of(40);
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final Path runs;
    private final BlockingQueue<RunStatus> ended = new LinkedBlockingQueue<>();
    private final List<String> notes = new CopyOnWriteArrayList<>();
    private @Nullable StandingServer server;

    /** Not started yet. */
    ManyRuns(Path runs) {
        this.runs = runs;
    }

    /** It can be started again. */
    @Override
    public void close() {
        if (server != null) {
            server.close();
        }
    }

    static RunConfig config(String name, int rounds) {
        return config(name, rounds, 2);
    }

    static RunConfig config(String name, int rounds, int clients) {
        return RunConfig.builder(
                        new ModelSpec("vector", Map.of()), DataConfig.of(DataConfig.NONE, clients))
                .name(name)
                .device("cpu")
                .cohort(CohortConfig.of(clients).withMinimum(clients))
                .rounds(rounds)
                .evaluation(new EvaluationConfig(false, false, 1))
                .build();
    }

    void start(int sideBySide) {
        start(sideBySide, config -> MODEL);
    }

    void start(int sideBySide, Models models) {
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
    String alone(String name, int rounds) {
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

    URI url() {
        return requireNonNull(server).url();
    }

    List<HandClient> clients(int count) {
        return clients(url(), count);
    }

    static List<HandClient> clients(URI url, int count) {
        List<HandClient> clients = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            clients.add(new HandClient(url, "c" + i, MODEL.layout()).register(100 + i));
        }
        return clients;
    }

    /** The same round of the same run always gives the same update. */
    static void update(HandClient client, RoundTask task) {
        float value = (float) Math.sin(client.id().hashCode() + task.round());
        client.update(task, 100, value, value / 3, -value * 7e-5f);
    }

    /** Each client works on so many tasks of whichever run. */
    static void serve(List<HandClient> clients, int tasks) {
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
    Map<String, String> finish(List<HandClient> clients, int count) throws Exception {
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

    RunStatus ended() throws InterruptedException {
        RunStatus last = ended.poll(60, TimeUnit.SECONDS);
        assertThat(last).as("a run that ends; so far: " + notes).isNotNull();
        return last;
    }

    void awaitRound(String id, int round) throws Exception {
        RunStatus status = status(id);
        while (status.round() < round || status.cohort() == 0) {
            LockSupport.parkNanos(5_000_000);
            status = status(id);
        }
    }

    void awaitRetired(String id) throws Exception {
        while (Files.exists(runs.resolve(id).resolve("lock"))) {
            LockSupport.parkNanos(5_000_000);
        }
        assertThat(status(id).clients()).isEmpty();
    }

    RunStatus submit(RunConfig config) throws Exception {
        HttpResponse<String> reply = post(Paths.RUNS, RunFile.write(config));
        assertThat(reply.statusCode()).as(reply.body()).isEqualTo(201);
        RunStatus run = Json.read(reply.body(), RunStatus.class);
        assertThat(reply.headers().firstValue("Location")).hasValue(Paths.run(run.runId()));
        return run;
    }

    RunStatus status(String id) throws Exception {
        return Json.read(get(Paths.run(id)).body(), RunStatus.class);
    }

    List<RunStatus> list() throws Exception {
        List<RunStatus> runs = new ArrayList<>();
        JsonParser.parseString(get(Paths.RUNS).body())
                .getAsJsonArray()
                .forEach(one -> runs.add(Json.read(one.toString(), RunStatus.class)));
        return runs;
    }

    HttpResponse<String> get(String path) throws Exception {
        return HTTP.send(
                HttpRequest.newBuilder(url().resolve(path)).build(), BodyHandlers.ofString());
    }

    HttpResponse<byte[]> bytes(String path) throws Exception {
        return HTTP.send(
                HttpRequest.newBuilder(url().resolve(path)).build(), BodyHandlers.ofByteArray());
    }

    HttpResponse<String> post(String path, String body) throws Exception {
        return HTTP.send(
                HttpRequest.newBuilder(url().resolve(path))
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
    }
}
