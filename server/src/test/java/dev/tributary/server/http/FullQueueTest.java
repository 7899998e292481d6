package dev.tributary.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.config.CohortConfig;
import dev.tributary.config.RunConfig;
import dev.tributary.protocol.ErrorCode;
import dev.tributary.protocol.Outcome;
import dev.tributary.protocol.RoundTask;
import dev.tributary.protocol.RunStatus;
import dev.tributary.protocol.UpdateReceipt;
import dev.tributary.server.FederatedServer;
import dev.tributary.server.HandClient;
import dev.tributary.server.ServerOptions;
import dev.tributary.server.VectorModel;
import dev.tributary.server.database.ReadyDatabase;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.concurrent.CompletableFuture;

/** One place for updates that wait, and a database that makes the first of them wait. */
@Timeout(60)
final class FullQueueTest {
    private final VectorModel model = VectorModel.of(50, 20);

    @TempDir(factory = ReadyDatabase.class)
    private Path runs;

    @Test
    void updateWithoutAPlaceMayComeAgain() throws Exception {
        RunConfig config = OneRound.of(CohortConfig.of(2));
        ServerOptions options = ServerOptions.builder(runs).maximumWaiting(1).build();
        try (FederatedServer server = FederatedServer.start(config, options, model);
                Connection database =
                        DriverManager.getConnection("jdbc:h2:async:" + runs.resolve("tributary"));
                Statement statement = database.createStatement()) {
            // The round's opening cannot be written, so that whoever has the place keeps it.
            statement.execute("SET EXCLUSIVE 1");
            HandClient a = new HandClient(server.url(), "a", model.layout()).register(100);
            HandClient b = new HandClient(server.url(), "b", model.layout()).register(100);
            RoundTask forA = a.task();
            RoundTask forB = b.task();
            CompletableFuture<HttpResponse<String>> fromA = put(a, forA);
            CompletableFuture<HttpResponse<String>> fromB = put(b, forB);
            CompletableFuture.anyOf(fromA, fromB).join();
            boolean aIsLate = fromA.isDone();
            HttpResponse<String> refused = (aIsLate ? fromA : fromB).join();
            CompletableFuture<HttpResponse<String>> first = aIsLate ? fromB : fromA;
            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(HandClient.error(refused).code()).isEqualTo(ErrorCode.BUSY);
            assertThat(refused.headers().firstValue("Retry-After")).contains("1");
            assertThat(first).isNotDone();

            statement.execute("SET EXCLUSIVE 0");
            assertThat(first.join().statusCode()).isEqualTo(200);
            UpdateReceipt second = aIsLate ? a.update(forA, 100, 1) : b.update(forB, 100, 1);
            assertThat(second.outcome()).isEqualTo(Outcome.ACCEPTED);
            assertThat(server.awaitEnd().state()).isEqualTo(RunStatus.State.FINISHED);
        }
    }

    private static CompletableFuture<HttpResponse<String>> put(HandClient client, RoundTask task) {
        return CompletableFuture.supplyAsync(() -> client.put(task, client.body(task, 100, 1)));
    }
}
