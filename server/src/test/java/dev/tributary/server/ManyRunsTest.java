package dev.tributary.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.config.CohortConfig;
import dev.tributary.config.DataConfig;
import dev.tributary.config.EvaluationConfig;
import dev.tributary.config.RunConfig;
import dev.tributary.protocol.ClientProgress;
import dev.tributary.protocol.ClientRegistration;
import dev.tributary.protocol.ErrorCode;
import dev.tributary.protocol.Json;
import dev.tributary.protocol.ModelSpec;
import dev.tributary.protocol.Paths;
import dev.tributary.protocol.RoundTask;
import dev.tributary.protocol.RunStatus;
import dev.tributary.protocol.RunStatus.State;
import dev.tributary.server.database.ReadyDatabase;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Several runs on one server.
 *
 * <p>What should happen: (1) runs side by side give the models that each gives alone; (2) queued
 * runs begin in the order of submission; (3) a client that registered once serves the next run; (4)
 * a server that is closed goes on with all runs when it is started again; (5) a declined run goes
 * on without the client.
 *
 * <p>What should not: a client is asked about data that it has not.
 */
@Timeout(120)
final class ManyRunsTest {
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
    void runsSideBySideGiveTheModelsThatEachGivesAlone() throws Exception {
        String aloneOne = many.alone("one", 3);
        String aloneTwo = many.alone("two", 2);
        many.start(2);
        String one = many.submit(ManyRuns.config("one", 3)).runId();
        String two = many.submit(ManyRuns.config("two", 2)).runId();
        assertThat(many.finish(many.clients(2), 2))
                .containsEntry(one, aloneOne)
                .containsEntry(two, aloneTwo)
                .hasSize(2);
    }

    @Test
    void clientServesTwoRunsByTurns() throws Exception {
        many.start(2);
        HandClient client = many.clients(1).get(0);
        String one = many.submit(ManyRuns.config("one", 3, 1)).runId();
        String two = many.submit(ManyRuns.config("two", 3, 1)).runId();
        for (int round = 1; round <= 3; round++) {
            many.awaitRound(one, round);
            many.awaitRound(two, round);
            RoundTask first = client.task();
            RoundTask second = client.task();
            assertThat(List.of(first.runId(), second.runId())).containsExactlyInAnyOrder(one, two);
            ManyRuns.update(client, first);
            ManyRuns.update(client, second);
        }
        assertThat(List.of(many.ended(), many.ended()))
                .extracting(RunStatus::state)
                .containsOnly(State.FINISHED);
    }

    @Test
    void queuedRunsBeginInTheOrderOfSubmissionAndClientsStay() throws Exception {
        many.start(1);
        List<HandClient> clients = many.clients(2);
        List<String> ids = new ArrayList<>();
        for (String name : List.of("c", "a", "b")) {
            ids.add(many.submit(ManyRuns.config(name, 1)).runId());
        }
        assertThat(many.status(ids.get(2)).state()).isEqualTo(State.QUEUED);
        assertThat(List.copyOf(many.finish(clients, 3).keySet())).isEqualTo(ids);
        assertThat(many.list())
                .extracting(RunStatus::runId)
                .containsExactlyInAnyOrderElementsOf(ids);
        assertThat(many.list()).extracting(RunStatus::state).containsOnly(State.FINISHED);
    }

    @Test
    void runsThatWaitSayWhatFor() throws Exception {
        many.start(1);
        many.clients(1);
        RunConfig config =
                RunConfig.builder(new ModelSpec("vector", Map.of()), DataConfig.of("digits", 2))
                        .device("cpu")
                        .cohort(CohortConfig.of(2))
                        .evaluation(new EvaluationConfig(false, false, 1))
                        .build();
        String first = many.submit(config).runId();
        String second = many.submit(ManyRuns.config("two", 1)).runId();
        String third = many.submit(ManyRuns.config("three", 1)).runId();
        assertThat(many.status(first).message())
                .isEqualTo("waiting for clients with data set digits: 1 of 2 have registered");
        assertThat(many.status(second).message()).isEqualTo("queued behind " + first);
        assertThat(many.status(third).message())
                .isEqualTo("queued behind " + first + " and 1 more");
        assertThat(many.list()).extracting(RunStatus::message).contains("queued behind " + first);
        assertThat(many.post(Paths.stop(second), "").statusCode()).isEqualTo(200);
        assertThat(many.status(third).message()).isEqualTo("queued behind " + first);
    }

    @Test
    void runThatIsNotTakenUpYetShowsHowFarItCameAndItsClientsWait() throws Exception {
        many.start(1);
        List<HandClient> clients = many.clients(2);
        String id = many.submit(ManyRuns.config("one", 3)).runId();
        ManyRuns.serve(clients, 2);
        many.awaitRound(id, 3);
        many.close();
        CountDownLatch found = new CountDownLatch(1);
        Models slow =
                config -> {
                    try {
                        assertThat(found.await(60, TimeUnit.SECONDS)).isTrue();
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                    return ManyRuns.MODEL;
                };
        many.start(1, slow);
        try {
            RunStatus before = many.list().get(0);
            assertThat(before.state()).isEqualTo(State.RUNNING);
            assertThat(before.round()).isEqualTo(3);
            assertThat(before.modelVersion()).isEqualTo(2);
            assertThat(before.history()).hasSize(1);
            assertThat(many.get(Paths.HOME).body()).contains("taking up runs", "3 of 3");
            HttpResponse<String> layout = many.get(Paths.layout(id));
            assertThat(layout.statusCode()).isEqualTo(503);
            assertThat(HandClient.error(layout).code()).isEqualTo(ErrorCode.BUSY);
        } finally {
            found.countDown();
        }
        assertThat(many.finish(many.clients(2), 1)).containsOnlyKeys(id);
        assertThat(many.get(Paths.HOME).body()).doesNotContain("taking up");
    }

    @Test
    void closedServerGoesOnWithAllItsRuns() throws Exception {
        Map<String, String> alone =
                Map.of(
                        "one",
                        many.alone("one", 3),
                        "two",
                        many.alone("two", 3),
                        "more",
                        many.alone("more", 1));
        many.start(2);
        List<HandClient> clients = many.clients(2);
        Map<String, String> expected = new HashMap<>();
        expected.put(many.submit(ManyRuns.config("one", 3)).runId(), alone.get("one"));
        expected.put(many.submit(ManyRuns.config("two", 3)).runId(), alone.get("two"));
        expected.put(many.submit(ManyRuns.config("more", 1)).runId(), alone.get("more"));
        ManyRuns.serve(clients, 2);
        ManyRuns.update(clients.get(0), clients.get(0).task());
        many.close();
        many.start(2);
        assertThat(many.finish(many.clients(2), 3)).isEqualTo(expected);
    }

    @Test
    void clientIsAskedOnlyAboutItsDataAndMayDecline() throws Exception {
        many.start(1);
        HandClient other = new HandClient(many.url(), "other", ManyRuns.MODEL.layout());
        ClientRegistration registration =
                new ClientRegistration("other", Paths.PROTOCOL_VERSION, "test", 10, "cpu", "mnist");
        assertThat(other.send("POST", Paths.CLIENTS, Json.write(registration)).statusCode())
                .isEqualTo(200);
        HandClient unwilling = many.clients(1).get(0);
        RunConfig config =
                RunConfig.builder(new ModelSpec("vector", Map.of()), DataConfig.of("digits", 1))
                        .name("one")
                        .device("cpu")
                        .cohort(CohortConfig.of(1).withAttempts(3))
                        .rounds(1)
                        .evaluation(new EvaluationConfig(false, false, 1))
                        .build();
        String id = many.submit(config).runId();
        RoundTask task = unwilling.task();
        unwilling.progress(ClientProgress.declined(task, "no such model here"));
        HandClient willing =
                new HandClient(many.url(), "willing", ManyRuns.MODEL.layout()).register(100);
        ManyRuns.update(willing, willing.task());
        RunStatus last = many.ended();
        assertThat(last.state()).isEqualTo(State.FINISHED);
        assertThat(last.clients()).extracting(c -> c.clientId()).containsExactly("c0", "willing");
        assertThat(many.status(id).events())
                .anyMatch(e -> e.message().contains("no such model here"));
    }
}
