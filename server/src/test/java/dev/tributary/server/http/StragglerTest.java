package dev.tributary.server.http;

import static dev.tributary.server.HandClient.bytes;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tributary.config.CohortConfig;
import dev.tributary.config.DataConfig;
import dev.tributary.config.EvaluationConfig;
import dev.tributary.config.RunConfig;
import dev.tributary.protocol.ModelSpec;
import dev.tributary.protocol.Outcome;
import dev.tributary.protocol.Paths;
import dev.tributary.protocol.RoundTask;
import dev.tributary.server.FederatedServer;
import dev.tributary.server.HandClient;
import dev.tributary.server.ServerOptions;
import dev.tributary.server.VectorModel;
import dev.tributary.server.database.ReadyDatabase;
import dev.tributary.testkit.Await;
import dev.tributary.wire.TensorBody;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;

/** A client in the middle of its upload when the others have made the round. */
@Timeout(60)
final class StragglerTest {
    private final VectorModel model = VectorModel.of(50, 20);

    @TempDir(factory = ReadyDatabase.class)
    private Path runs;

    @Test
    void uploadThatOutlastsItsRoundIsLateAndNoFailureOfTheServer() throws IOException {
        RunConfig config =
                RunConfig.builder(
                                new ModelSpec("vector", Map.of()),
                                DataConfig.of(DataConfig.NONE, 2))
                        .device("cpu")
                        .cohort(CohortConfig.of(1).withOverSelection(1).withWaitFor(2))
                        .rounds(2)
                        .evaluation(new EvaluationConfig(false, false, 1))
                        .build();
        ServerOptions options = ServerOptions.builder(runs).poll(Duration.ofMillis(200)).build();
        try (FederatedServer server = FederatedServer.start(config, options, model)) {
            HandClient fast = new HandClient(server.url(), "fast", model.layout()).register(100);
            HandClient slow = new HandClient(server.url(), "slow", model.layout()).register(100);
            RoundTask task = fast.task();
            RoundTask same = slow.task();
            TensorBody update = slow.body(same, 100, 2);
            byte[] body = bytes(update);
            try (Socket socket = new Socket(server.url().getHost(), server.url().getPort())) {
                String head =
                        "PUT %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n%s: %s\r\nContent-Length: %d\r\n\r\n"
                                .formatted(
                                        Paths.update(same.runId(), same.round(), "slow"),
                                        Paths.CHECKSUM_HEADER,
                                        update.checksum(),
                                        body.length);
                socket.getOutputStream().write(head.getBytes(UTF_8));
                socket.getOutputStream().write(body, 0, 1000);
                Path spool = server.runDirectory().resolve("spool");
                awaitUnfinished(spool, true);
                assertThat(fast.update(task, 100, 1).outcome()).isEqualTo(Outcome.ACCEPTED);
                awaitUnfinished(spool, false);
                socket.getOutputStream().write(body, 1000, body.length - 1000);
                assertThat(new String(socket.getInputStream().readAllBytes(), UTF_8))
                        .startsWith("HTTP/1.1 409")
                        .contains("\"LATE\"");
            }
        }
    }

    private static void awaitUnfinished(Path spool, boolean there) throws IOException {
        Await.until(() -> hasUnfinished(spool) == there);
    }

    private static boolean hasUnfinished(Path spool) throws IOException {
        try (Stream<Path> files = Files.list(spool)) {
            return files.anyMatch(file -> file.toString().endsWith(".part"));
        }
    }
}
