package dev.tributary.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.config.CohortConfig;
import dev.tributary.config.DataConfig;
import dev.tributary.config.EvaluationConfig;
import dev.tributary.config.RunConfig;
import dev.tributary.config.RunFile;
import dev.tributary.protocol.ErrorCode;
import dev.tributary.protocol.Json;
import dev.tributary.protocol.ModelSpec;
import dev.tributary.protocol.Outcome;
import dev.tributary.protocol.Paths;
import dev.tributary.protocol.RoundTask;
import dev.tributary.protocol.RunStatus;
import dev.tributary.server.database.Database;
import dev.tributary.server.database.DatabaseAddress;
import dev.tributary.server.database.Postgres;
import dev.tributary.server.telemetry.ServerMetrics;
import dev.tributary.testkit.Await;
import dev.tributary.wire.TensorBody;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A database that is away for longer than a round may last, and many times as long as operations
 * wait for it, and comes back.
 */
@Timeout(120)
final class DatabaseOutageTest {
    private static final Duration DEADLINE = Duration.ofSeconds(3);
    private static final Duration PATIENCE = Duration.ofMillis(100);

    /** Many times the patience: what waits has been given up and tried again several times. */
    private static final Duration OUTAGE = Duration.ofSeconds(2);

    @RegisterExtension private static final Postgres POSTGRES = new Postgres();

    private final VectorModel model = VectorModel.of(50);
    @TempDir private Path runs;

    private ServerOptions.Builder options() {
        DatabaseAddress address =
                DatabaseAddress.of(POSTGRES.server().url(), Map.of()).withPatience(PATIENCE);
        return ServerOptions.builder(runs).poll(Duration.ofMillis(200)).database(address);
    }

    private static RunConfig config(String name) {
        return RunConfig.builder(
                        new ModelSpec("vector", Map.of()), DataConfig.of(DataConfig.NONE, 1))
                .name(name)
                .device("cpu")
                .cohort(CohortConfig.of(1).withDeadline(DEADLINE).withAttempts(0))
                .rounds(1)
                .evaluation(new EvaluationConfig(false, false, 1))
                .build();
    }

    /** The update is on this machine's disk; the round closes once the database is back. */
    @Test
    void openRoundTakesUpdatesWithoutTheDatabase() throws Exception {
        try (FederatedServer server =
                        FederatedServer.start(config("run"), options().build(), model);
                Database stored = database()) {
            HandClient a = new HandClient(server.url(), "a", model.layout()).register(100);
            RoundTask task = a.task();
            awaitOpen(stored, server.runId());
            POSTGRES.server().stopAtOnce();
            assertThat(a.update(task, 100, 1).outcome()).isEqualTo(Outcome.ACCEPTED);
            assertThat(a.update(task, 100, 1).duplicate()).isTrue();
            // No attempt is left: without patience the run has failed by then.
            Await.keeps(
                    DEADLINE.plusMillis(500),
                    () -> assertThat(server.status().state()).isEqualTo(RunStatus.State.RUNNING));
            POSTGRES.server().start();
            assertThat(server.awaitEnd().state()).isEqualTo(RunStatus.State.FINISHED);
            assertThat(receipts(server.runId())).isEqualTo(1);
        }
    }

    /** Nobody has to be patient who stops; what the round has is on this machine's disk. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void serverThatIsClosedMeanwhileGoesOnToTheSameModel(boolean forGood) throws Exception {
        DatabaseAddress patient = DatabaseAddress.of(POSTGRES.server().url(), Map.of());
        ServerOptions options = options().database(patient).build();
        String expected;
        try (FederatedServer server = FederatedServer.start(config("run"), options, model)) {
            HandClient a = new HandClient(server.url(), "a", model.layout()).register(100);
            assertThat(a.update(a.task(), 100, 1).outcome()).isEqualTo(Outcome.ACCEPTED);
            expected = String.valueOf(server.awaitEnd().modelSha256());
        }
        try (FederatedServer server = FederatedServer.start(config("run"), options, model);
                Database stored = database()) {
            HandClient a = new HandClient(server.url(), "a", model.layout()).register(100);
            RoundTask task = a.task();
            awaitOpen(stored, server.runId());
            POSTGRES.server().stopAtOnce();
            assertThat(a.update(task, 100, 1).outcome()).isEqualTo(Outcome.ACCEPTED);
            if (forGood) {
                server.stop("because");
            }
            long start = System.nanoTime();
            server.close();
            Duration took = Duration.ofNanos(System.nanoTime() - start);
            assertThat(took).isLessThan(patient.patience().dividedBy(2));
        }
        POSTGRES.server().start();
        try (FederatedServer server = FederatedServer.start(config("run"), options, model)) {
            assertThat(server.resumed()).isTrue();
            RunStatus end = server.awaitEnd();
            assertThat(end.state()).as(end.message()).isEqualTo(RunStatus.State.FINISHED);
            assertThat(end.modelSha256()).isEqualTo(expected);
        }
    }

    /** It is led until the database knows, so that it is shown as what it is. */
    @Test
    void runThatIsStoppedMeanwhileIsShownAndNotedAsStopped() throws Exception {
        try (StandingServer server =
                        StandingServer.start(
                                options().build(),
                                any -> model,
                                adding(new LinkedBlockingQueue<>()));
                Database stored = database()) {
            HandClient a = new HandClient(server.url(), "a", model.layout()).register(100);
            HttpResponse<String> submitted =
                    a.send("POST", Paths.RUNS, RunFile.write(config("run")));
            String run = Json.read(submitted.body(), RunStatus.class).runId();
            RoundTask unused = a.task();
            awaitOpen(stored, run);
            POSTGRES.server().stopAtOnce();
            HttpResponse<String> reply = a.send("POST", Paths.stop(run), "");
            assertThat(reply.statusCode()).as(reply.body()).isEqualTo(200);
            assertThat(a.task().kind()).isEqualTo(RoundTask.Kind.RUN_ENDED);
            for (int i = 0; i < 10; i++) {
                HttpResponse<String> shown = a.send("GET", Paths.run(run), "");
                assertThat(shown.statusCode()).as(shown.body()).isEqualTo(200);
                assertThat(Json.read(shown.body(), RunStatus.class).message())
                        .contains("the database cannot be written and does not know it yet");
            }
            POSTGRES.server().start();
            Await.until(() -> stored.runs().find(run).orElseThrow().ended() != null);
            assertThat(stored.runs().find(run).orElseThrow().state())
                    .isEqualTo(RunStatus.State.STOPPED);
        }
    }

    private static Database database() {
        return Database.open(DatabaseAddress.of(POSTGRES.server().url(), Map.of()));
    }

    private static int receipts(String run) {
        try (Database database = database()) {
            return database.receipts().accepted(run, 1).size();
        }
    }

    @Test
    void updateBehindAnEntryThatWaitsIsRefusedAndNotLeftWithoutAnAnswer() throws Exception {
        try (FederatedServer server =
                FederatedServer.start(config("run"), options().build(), model)) {
            HandClient a = new HandClient(server.url(), "a", model.layout());
            POSTGRES.server().stopAtOnce();
            a.register(100);
            // The round's opening waits for the database, and the receipt would wait behind it.
            RoundTask task = a.task();
            refusedForLong(a, task, a.body(task, 100, 1));
            // It is no sum, which nobody finds out who does not read it.
            HttpResponse<String> sum = a.putSum(task, new byte[100], "00000000");
            assertThat(HandClient.error(sum).code()).as(sum.body()).isEqualTo(ErrorCode.BUSY);
            POSTGRES.server().start();
            HttpResponse<String> reply = a.put(task, a.body(task, 100, 1));
            while (reply.statusCode() == ErrorCode.BUSY.httpStatus()) {
                reply = a.put(task, a.body(task, 100, 1));
            }
            assertThat(reply.statusCode()).as(reply.body()).isEqualTo(200);
            assertThat(server.awaitEnd().state()).isEqualTo(RunStatus.State.FINISHED);
        }
    }

    @Test
    void queuedRunWhoseTurnComesMeanwhileBeginsLater() throws Exception {
        BlockingQueue<RunStatus> ended = new LinkedBlockingQueue<>();
        AtomicInteger looks = new AtomicInteger();
        Models models =
                config -> {
                    // First when the file is checked, then when the run begins.
                    if (looks.incrementAndGet() == 2) {
                        stopDatabase();
                    }
                    return model;
                };
        try (StandingServer server =
                StandingServer.start(options().build(), models, adding(ended))) {
            HandClient a = new HandClient(server.url(), "a", model.layout()).register(100);
            HttpResponse<String> reply =
                    a.send("POST", Paths.RUNS, RunFile.write(config("queued")));
            assertThat(looks).hasValueGreaterThanOrEqualTo(2);
            POSTGRES.server().start();
            assertThat(reply.statusCode()).isIn(201, ErrorCode.BUSY.httpStatus());
            RoundTask task = a.task();
            assertThat(a.update(task, 100, 1).outcome()).isEqualTo(Outcome.ACCEPTED);
            assertThat(ended.take().state()).isEqualTo(RunStatus.State.FINISHED);
        }
    }

    @Test
    void queueLooksAgainOnceHoweverOftenItCouldNotBegin() throws Exception {
        List<Runnable> later = new ArrayList<>();
        RunListener listener = adding(new ArrayDeque<>());
        AtomicInteger looks = new AtomicInteger();
        Models models =
                config -> {
                    if (looks.incrementAndGet() == 1) {
                        stopDatabase();
                    }
                    return model;
                };
        ServerOptions options = options().build();
        try (Database database = Database.open(options.database().orElseThrow());
                ClientHall hall = new ClientHall(options.poll(), true);
                RunBoard board =
                        new RunBoard(
                                options,
                                database,
                                hall,
                                new ServerMetrics(),
                                models,
                                listener,
                                true)) {
            String id = Lead.submit(database, runs, config("queued"));
            RunQueue queue = new RunQueue(board, database, options, models, listener, later::add);
            queue.takeUpAll();
            queue.beginNext();
            assertThat(later).hasSize(1);
            POSTGRES.server().start();
            // It may take longer than the patience until connections are there again.
            while (board.run(id).isEmpty()) {
                assertThat(later).hasSize(1);
                later.remove(0).run();
            }
            assertThat(later).isEmpty();
        }
    }

    /** Each time it is sent, all through the outage. */
    private static void refusedForLong(HandClient client, RoundTask task, TensorBody update) {
        Await.keeps(
                OUTAGE,
                () -> {
                    HttpResponse<String> reply = client.put(task, update);
                    assertThat(HandClient.error(reply).code())
                            .as(reply.body())
                            .isEqualTo(ErrorCode.BUSY);
                });
    }

    private static RunListener adding(Queue<RunStatus> endings) {
        return new RunListener() {
            @Override
            public void note(String line) {}

            @Override
            public void ended(RunStatus last, Path directory) {
                endings.add(last);
            }
        };
    }

    /** Until the database has the round. */
    private static void awaitOpen(Database database, String run) {
        Await.until(() -> database.rounds().last(run).isPresent());
    }

    private static void stopDatabase() {
        try {
            POSTGRES.server().stopAtOnce();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
