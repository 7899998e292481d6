package dev.tributary.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;

import dev.tributary.protocol.ErrorCode;
import dev.tributary.protocol.Json;
import dev.tributary.protocol.Paths;
import dev.tributary.protocol.RoundTask;
import dev.tributary.protocol.RunEvent;
import dev.tributary.protocol.RunStatus;
import dev.tributary.protocol.RunStatus.State;
import dev.tributary.server.database.Database;
import dev.tributary.server.database.DatabaseAddress;
import dev.tributary.server.database.NewRun;
import dev.tributary.server.database.ReadyDatabase;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * What operators ask of a server: submit, stop, resume, read.
 *
 * <p>What should happen: (1) a stopped run goes on and gives the model of an undisturbed one; (2)
 * what is known of a run outlives it.
 *
 * <p>What should not: (1) a wrong run file leaves no run; (2) a run that has finished cannot be
 * stopped or resumed; (3) one run's trouble is another's.
 */
@Timeout(120)
final class RunRequestsTest {
    @TempDir(factory = ReadyDatabase.class)
    private Path runs;

    private ManyRuns many;

    @BeforeEach
    void open() {
        many = new ManyRuns(runs);
    }

    @AfterEach
    void close() {
        many.close();
    }

    @Test
    void everyMistakeInARunFileIsToldAndNoRunIsLeft() throws Exception {
        many.start(1);
        HttpResponse<String> reply =
                many.post(
                        Paths.RUNS,
                        "model: vector\ndata: {dataset: none}\nrouds: 3\nseed: x\nrounds: 0\n");
        assertThat(reply.statusCode()).isEqualTo(422);
        assertThat(HandClient.error(reply).code()).isEqualTo(ErrorCode.INVALID_RUN);
        assertThat(HandClient.error(reply).message().lines())
                .hasSizeGreaterThanOrEqualTo(3)
                .anyMatch(line -> line.contains("rouds"))
                .anyMatch(line -> line.contains("seed"))
                .anyMatch(line -> line.contains("rounds") && line.contains("0"));
        assertThat(many.list()).isEmpty();
        try (var left = Files.list(runs)) {
            assertThat(left).noneMatch(Files::isDirectory);
        }
    }

    @Test
    void stoppedRunGoesOnWhereItPublishedLast() throws Exception {
        String alone = many.alone("one", 4);
        many.start(1);
        List<HandClient> clients = many.clients(2);
        String id = many.submit(ManyRuns.config("one", 4)).runId();
        ManyRuns.serve(clients, 2);
        ManyRuns.update(clients.get(0), clients.get(0).task());
        assertThat(many.post(Paths.stop(id), "").statusCode()).isEqualTo(200);
        RunStatus stopped = many.ended();
        assertThat(stopped.state()).isEqualTo(State.STOPPED);
        assertThat(stopped.modelVersion()).isEqualTo(2);
        RunStatus resumed = Json.read(many.post(Paths.resume(id), "").body(), RunStatus.class);
        assertThat(resumed.state()).isIn(State.QUEUED, State.WAITING, State.RUNNING);
        assertThat(many.finish(clients, 1)).containsEntry(id, alone);
    }

    @Test
    void queuedRunCanBeStoppedAndFinishedOneCannot() throws Exception {
        many.start(1);
        List<HandClient> clients = many.clients(2);
        String first = many.submit(ManyRuns.config("one", 1)).runId();
        String second = many.submit(ManyRuns.config("two", 1)).runId();
        assertThat(many.post(Paths.stop(second), "").statusCode()).isEqualTo(200);
        assertThat(many.status(second).state()).isEqualTo(State.STOPPED);
        assertThat(many.finish(clients, 1)).containsOnlyKeys(first);
        HttpResponse<String> stop = many.post(Paths.stop(first), "");
        assertThat(HandClient.error(stop).code()).isEqualTo(ErrorCode.WRONG_STATE);
        HttpResponse<String> resume = many.post(Paths.resume(first), "");
        assertThat(HandClient.error(resume).code()).isEqualTo(ErrorCode.WRONG_STATE);
        assertThat(HandClient.error(resume).message()).contains("FINISHED");
    }

    @Test
    void runWhoseFileIsOfAnotherVersionHidesNoOther() throws Exception {
        try (Database before = Database.open(DatabaseAddress.inDirectory(runs))) {
            before.runs().create(new NewRun("old-1", "old", "roundz: 3\n", 1), State.FAILED);
        }
        many.start(1);
        String id = many.submit(ManyRuns.config("one", 1)).runId();
        assertThat(many.list()).extracting(RunStatus::runId).containsExactlyInAnyOrder("old-1", id);
        assertThat(many.status("old-1").state()).isEqualTo(State.FAILED);
        HttpResponse<String> resume = many.post(Paths.resume("old-1"), "");
        assertThat(HandClient.error(resume).code()).isEqualTo(ErrorCode.WRONG_STATE);
    }

    @Test
    void unknownRunIsNotFoundWhateverIsAsked() throws Exception {
        many.start(1);
        for (String path : List.of(Paths.run("x"), Paths.events("x", 0), Paths.newestModel("x"))) {
            assertThat(many.get(path).statusCode()).as(path).isEqualTo(404);
        }
        assertThat(many.post(Paths.stop("x"), "").statusCode()).isEqualTo(404);
        assertThat(many.post(Paths.resume("x"), "").statusCode()).isEqualTo(404);
    }

    @Test
    void eventsAndResultOutliveTheirRun() throws Exception {
        many.start(1);
        List<HandClient> clients = many.clients(2);
        String id = many.submit(ManyRuns.config("one", 2)).runId();
        ManyRuns.serve(clients, 2);
        RunStatus last = many.ended();
        List<RunEvent> events = new ArrayList<>();
        JsonParser.parseString(many.get(Paths.events(id, 0)).body())
                .getAsJsonArray()
                .forEach(one -> events.add(Json.read(one.toString(), RunEvent.class)));
        assertThat(events).extracting(RunEvent::sequence).startsWith(1L, 2L).isSorted();
        clients.forEach(
                client -> assertThat(client.task().kind()).isEqualTo(RoundTask.Kind.RUN_ENDED));
        many.awaitRetired(id);
        HttpResponse<byte[]> model = many.bytes(Paths.newestModel(id));
        assertThat(model.headers().firstValue(Paths.MODEL_SHA256_HEADER))
                .hasValue(last.modelSha256());
        assertThat(sha256(model.body())).isEqualTo(last.modelSha256());
        assertThat(many.status(id).history()).hasSize(2);
        assertThat(many.status(id).withDetails(List.of(), List.of(), List.of()))
                .isEqualTo(last.withDetails(List.of(), List.of(), List.of()));
    }

    private static String sha256(byte[] bytes) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }
}
