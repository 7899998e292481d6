package dev.tributary.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tributary.config.CohortConfig;
import dev.tributary.config.RunConfig;
import dev.tributary.protocol.ErrorCode;
import dev.tributary.protocol.Outcome;
import dev.tributary.protocol.RoundTask;
import dev.tributary.protocol.RunStatus;
import dev.tributary.server.FederatedServer;
import dev.tributary.server.HandClient;
import dev.tributary.server.ServerOptions;
import dev.tributary.server.VectorModel;
import dev.tributary.server.database.ReadyDatabase;
import dev.tributary.wire.TensorBody;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * A full disk, of which the kernel itself tells: what the server is about to write is a link to
 * {@code /dev/full}, until the server deletes what it could not write.
 */
@Timeout(60)
final class FullDiskTest {
    private static final Path FULL = Path.of("/dev/full");
    private static final Duration DEADLINE = Duration.ofSeconds(2);

    private final VectorModel model = VectorModel.of(50, 20);

    @TempDir(factory = ReadyDatabase.class)
    private Path runs;

    private FederatedServer server;
    private HandClient a;
    private RoundTask task;

    @BeforeEach
    void open() {
        assumeTrue(Files.exists(FULL), "this system has no /dev/full");
        RunConfig config = OneRound.of(CohortConfig.of(1).withDeadline(DEADLINE).withAttempts(0));
        ServerOptions options = ServerOptions.builder(runs).poll(Duration.ofMillis(200)).build();
        server = FederatedServer.start(config, options, model);
        a = new HandClient(server.url(), "a", model.layout()).register(100);
        task = a.task();
    }

    @AfterEach
    void close() {
        server.close();
    }

    private Path spoolFile(TensorBody update) {
        return server.runDirectory()
                .resolve("spool")
                .resolve("r1-a-%s-%d.part".formatted(update.checksum(), update.bytes()));
    }

    @Test
    void updateThatFindsNoRoomMayComeAgain() throws IOException {
        TensorBody update = a.body(task, 100, 1);
        Path file = Files.createSymbolicLink(spoolFile(update), FULL);
        HttpResponse<String> reply = a.put(task, update);
        assertThat(reply.statusCode()).isEqualTo(507);
        assertThat(HandClient.error(reply).code()).isEqualTo(ErrorCode.STORAGE_FULL);
        assertThat(reply.headers().firstValue("Retry-After")).isPresent();
        assertThat(file).doesNotExist();
        assertThat(a.update(task, 100, 1).outcome()).isEqualTo(Outcome.ACCEPTED);
        assertThat(server.awaitEnd().state()).isEqualTo(RunStatus.State.FINISHED);
    }

    @Test
    void deadlineBeginsAnewForClientsThatFoundNoRoom() throws IOException {
        long start = System.nanoTime();
        TensorBody update = a.body(task, 100, 1);
        Files.createSymbolicLink(spoolFile(update), FULL);
        assertThat(a.put(task, update).statusCode()).isEqualTo(507);
        // No attempt is left: without the pause the run has failed at this moment.
        while (System.nanoTime() - start < DEADLINE.plusMillis(500).toNanos()) {
            assertThat(server.status().state()).isEqualTo(RunStatus.State.RUNNING);
        }
        assertThat(a.update(task, 100, 1).outcome()).isEqualTo(Outcome.ACCEPTED);
        assertThat(server.awaitEnd().state()).isEqualTo(RunStatus.State.FINISHED);
    }

    @Test
    void modelThatCannotBeWrittenMakesTheRunPause() throws IOException {
        Path draft = server.runDirectory().resolve("versions").resolve("next.draft");
        Files.createSymbolicLink(draft, FULL);
        assertThat(a.update(task, 100, 1).outcome()).isEqualTo(Outcome.ACCEPTED);
        RunStatus end = server.awaitEnd();
        assertThat(end.state()).isEqualTo(RunStatus.State.FINISHED);
        assertThat(end.events())
                .anyMatch(event -> event.message().contains("the run pauses"))
                .anyMatch(event -> event.message().contains("the run goes on"));
    }

    @Test
    void resultThatCannotBeWrittenMakesTheRunPause() throws IOException {
        Path unfinished = server.runDirectory().resolve("model.safetensors.tmp");
        Files.createSymbolicLink(unfinished, FULL);
        assertThat(a.update(task, 100, 1).outcome()).isEqualTo(Outcome.ACCEPTED);
        RunStatus end = server.awaitEnd();
        assertThat(end.state()).isEqualTo(RunStatus.State.FINISHED);
        assertThat(end.modelSha256()).isNotNull();
        assertThat(end.events()).anyMatch(event -> event.message().contains("the run pauses"));
    }
}
