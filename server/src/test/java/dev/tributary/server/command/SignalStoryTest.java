package dev.tributary.server.command;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tributary.cli.LaunchCommand;
import dev.tributary.models.catalog.ModelCatalog;
import dev.tributary.parameters.ParameterLayout;
import dev.tributary.protocol.ModelSpec;
import dev.tributary.protocol.Paths;
import dev.tributary.protocol.RoundTask;
import dev.tributary.server.HandClient;
import dev.tributary.wire.TensorBody;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** {@code tributary server} as a process of its own, which is asked to end in mid-upload. */
@Timeout(120)
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "there are no such signals")
final class SignalStoryTest {
    private static final String RUN =
            """
            name: signals
            device: cpu
            model:
              name: logistic
            data:
              dataset: digits
              options:
                examples: 240
                test-examples: 100
              partition:
                scheme: iid
                clients: 1
            cohort:
              size: 1
              minimum: 1
            rounds: 3
            """;

    private static final int TERMINATED = 128 + 15;
    private static final long LOOK_NANOS = 5_000_000;

    @TempDir private Path directory;
    private final ParameterLayout layout =
            ModelCatalog.load()
                    .create(new ModelSpec("logistic", Map.of("input", "784", "classes", "10")))
                    .layout();
    private Process process;
    private HandClient worker;
    private CompletableFuture<?> waiting;
    private RoundTask task;
    private byte[] body;
    private Socket upload;

    @BeforeEach
    void uploadHalfOfAnUpdate() throws IOException {
        Files.writeString(directory.resolve("run.yaml"), RUN);
        process = start();
        URI url = awaitUrl();
        worker = new HandClient(url, "worker", layout).register(100);
        task = worker.task();
        // Not asked: its request ends when the server begins to stop.
        waiting = new HandClient(url, "idle", layout).register(100).pollAsync();
        TensorBody update = worker.body(task, 100, 1);
        body = HandClient.bytes(update);
        String head =
                "PUT %s HTTP/1.1\r\nHost: localhost\r\n%s: %s\r\nContent-Length: %d\r\n\r\n"
                        .formatted(
                                updatePath(),
                                Paths.CHECKSUM_HEADER,
                                update.checksum(),
                                body.length);
        upload = new Socket(url.getHost(), url.getPort());
        upload.getOutputStream().write(head.getBytes(UTF_8));
        upload.getOutputStream().write(body, 0, body.length / 2);
        while (!held().equals("" + body.length / 2)) {
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    @AfterEach
    void end() throws Exception {
        upload.close();
        process.destroyForcibly().waitFor();
    }

    private String updatePath() {
        return Paths.update(task.runId(), task.round(), "worker");
    }

    private String held() {
        return worker.send("HEAD", updatePath(), "")
                .headers()
                .firstValue(Paths.UPDATE_OFFSET_HEADER)
                .orElse("none");
    }

    private Process start() throws IOException {
        Path port = directory.resolve("port");
        Files.deleteIfExists(port);
        List<String> command =
                LaunchCommand.of(
                        List.of("-Xmx256m", "-XX:TieredStopAtLevel=1"),
                        List.of(
                                "server",
                                directory.resolve("run.yaml").toString(),
                                "--port",
                                "0",
                                "--port-file",
                                port.toString(),
                                "--runs-dir",
                                directory.resolve("runs").toString()));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("server.log").toFile())
                .start();
    }

    private URI awaitUrl() throws IOException {
        Path port = directory.resolve("port");
        while (!Files.exists(port)) {
            assertThat(process.isAlive()).as(this::log).isTrue();
            LockSupport.parkNanos(LOOK_NANOS);
        }
        return URI.create("http://" + Files.readString(port).strip());
    }

    private String log() {
        try {
            return Files.readString(directory.resolve("server.log"));
        } catch (IOException e) {
            return e.toString();
        }
    }

    /** The interrupt is what a terminal's Ctrl-C adds to what a parent sends. */
    @Test
    void uploadUnderWayIsTakenAndTheNextStartGoesOnBehindIt() throws Exception {
        process.destroy();
        waiting.join();
        assertThat(new ProcessBuilder("kill", "-INT", "" + process.pid()).start().waitFor())
                .isZero();
        upload.getOutputStream().write(body, body.length / 2, body.length - body.length / 2);
        String answer = new String(upload.getInputStream().readAllBytes(), UTF_8);

        assertThat(answer).startsWith("HTTP/1.1 200").contains("ACCEPTED");
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).as(this::log).isTrue();
        assertThat(process.exitValue()).isEqualTo(TERMINATED);
        assertThat(log()).contains("the same command goes on with it");
        process = start();
        assertThat(new HandClient(awaitUrl(), "worker", layout).task().round()).isEqualTo(2);
    }

    @Test
    void secondSignalEndsItAtOnce() throws Exception {
        process.destroy();
        waiting.join();
        process.destroy();

        assertThat(process.waitFor(30, TimeUnit.SECONDS)).as(this::log).isTrue();
        assertThat(process.exitValue()).isEqualTo(TERMINATED);
        assertThat(log()).as("halted, not closed").doesNotContain("the same command goes on");
    }
}
