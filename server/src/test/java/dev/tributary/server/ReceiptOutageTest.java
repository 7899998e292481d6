package dev.tributary.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.config.CohortConfig;
import dev.tributary.config.RunConfig;
import dev.tributary.protocol.ErrorCode;
import dev.tributary.protocol.Outcome;
import dev.tributary.protocol.RoundTask;
import dev.tributary.protocol.RunStatus;
import dev.tributary.protocol.UpdateReceipt;
import dev.tributary.server.database.DatabaseAddress;
import dev.tributary.server.database.Postgres;
import dev.tributary.server.store.RunDirectory;
import dev.tributary.testkit.Await;
import dev.tributary.wire.TensorBody;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * A whole server whose log of receipts cannot be written, since the kernel lets it write no file
 * that is so long. Updates are shorter; the database is another process.
 */
@Timeout(120)
final class ReceiptOutageTest {
    private static final Duration DEADLINE = Duration.ofSeconds(3);
    private static final int CLIENTS = 16;

    /** So many come before: with their receipts the log is longer than an update. */
    private static final int BEFORE = 12;

    @RegisterExtension private static final Postgres POSTGRES = new Postgres();

    private final VectorModel model = VectorModel.of(20);
    @TempDir private Path runs;
    private final List<HandClient> clients = new ArrayList<>();

    private FederatedServer startServer() {
        RunConfig config =
                CrashServer.config(CLIENTS, 1).toBuilder()
                        .cohort(
                                CohortConfig.of(CLIENTS)
                                        .withMinimum(CLIENTS)
                                        .withDeadline(DEADLINE)
                                        .withAttempts(0))
                        .build();
        ServerOptions options =
                ServerOptions.builder(runs)
                        .poll(Duration.ofMillis(200))
                        .database(DatabaseAddress.of(POSTGRES.server().url(), Map.of()))
                        .build();
        FederatedServer server = FederatedServer.start(config, options, model);
        clients.clear();
        for (int i = 0; i < CLIENTS; i++) {
            clients.add(new HandClient(server.url(), "c" + i, model.layout()));
        }
        return server;
    }

    private RoundTask begin() {
        clients.forEach(client -> client.register(100));
        return clients.get(0).task();
    }

    private TensorBody body(RoundTask task, int client) {
        return clients.get(client).body(task, 100, client, -0.1f * client, 1);
    }

    private UpdateReceipt update(RoundTask task, int client) {
        return clients.get(client).update(task, 100, client, -0.1f * client, 1);
    }

    private void accept(RoundTask task, int from, int to) {
        for (int i = from; i < to; i++) {
            UpdateReceipt receipt = update(task, i);
            assertThat(receipt.outcome()).as(receipt.message()).isEqualTo(Outcome.ACCEPTED);
            assertThat(receipt.duplicate()).isFalse();
        }
    }

    private String undisturbed() {
        try (FederatedServer server = startServer()) {
            accept(begin(), 0, CLIENTS);
            return String.valueOf(server.awaitEnd().modelSha256());
        }
    }

    /** Nothing can be written behind what the log says now. */
    private FileSizeLimit endOfLog(FederatedServer server, RoundTask task) throws Exception {
        byte[] log = Files.readAllBytes(new RunDirectory(server.runDirectory()).receipts());
        int end = 0;
        while (log[end] != 0) {
            end++;
        }
        assertThat(HandClient.bytes(body(task, BEFORE)).length).isLessThan(end);
        return FileSizeLimit.of(end + 10L);
    }

    private static void awaitPause(FederatedServer server) {
        Await.until(
                () ->
                        server.status().events().stream()
                                .anyMatch(event -> event.message().contains("the run pauses")));
    }

    private void assertFinishes(FederatedServer server, String sha256) {
        RunStatus end = server.awaitEnd();
        assertThat(end.state()).as(end.message()).isEqualTo(RunStatus.State.FINISHED);
        assertThat(end.history()).last().matches(round -> round.accepted() == CLIENTS);
        assertThat(end.modelSha256()).isEqualTo(sha256);
    }

    @Test
    void runPausesWhileReceiptsCannotBeWrittenAndLosesNothing() throws Exception {
        String expected = undisturbed();
        try (FederatedServer server = startServer()) {
            RoundTask task = begin();
            accept(task, 0, BEFORE);
            CompletableFuture<UpdateReceipt> waiting;
            try (FileSizeLimit full = endOfLog(server, task)) {
                waiting = CompletableFuture.supplyAsync(() -> update(task, BEFORE));
                awaitPause(server);
                HttpResponse<String> refused =
                        clients.get(BEFORE + 1).put(task, body(task, BEFORE + 1));
                assertThat(HandClient.error(refused).code()).isEqualTo(ErrorCode.BUSY);
                assertThat(refused.headers().firstValue("Retry-After")).isPresent();
                assertThat(update(task, 0).duplicate()).isTrue();
                // No attempt is left: without the pause the run has failed after the first.
                Await.keeps(
                        DEADLINE.plusMillis(500),
                        () ->
                                assertThat(server.status().state())
                                        .isEqualTo(RunStatus.State.RUNNING));
                assertThat(waiting).isNotDone();
            }
            assertThat(waiting.join().outcome()).isEqualTo(Outcome.ACCEPTED);
            accept(task, BEFORE + 1, CLIENTS);
            assertFinishes(server, expected);
        }
    }

    @Test
    void serverThatIsClosedMeanwhileGoesOnToTheSameModel() throws Exception {
        String expected = undisturbed();
        RoundTask task;
        try (FederatedServer server = startServer()) {
            task = begin();
            accept(task, 0, BEFORE);
            CompletableFuture<HttpResponse<String>> waiting;
            try (FileSizeLimit full = endOfLog(server, task)) {
                TensorBody body = body(task, BEFORE);
                waiting = CompletableFuture.supplyAsync(() -> clients.get(BEFORE).put(task, body));
                awaitPause(server);
                server.close();
            }
            // It is cut off, or told to come again: not that its update counts.
            assertThat(waiting.handle((reply, cut) -> cut == null ? reply.statusCode() : 0).join())
                    .isNotEqualTo(200);
        }
        try (FederatedServer server = startServer()) {
            for (int i = 0; i < BEFORE; i++) {
                assertThat(update(task, i).duplicate()).isTrue();
            }
            accept(task, BEFORE, CLIENTS);
            assertFinishes(server, expected);
        }
    }
}
