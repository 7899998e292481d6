package dev.tributary.server.http;

import static dev.tributary.server.HandClient.bytes;
import static dev.tributary.server.HandClient.error;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tributary.config.CohortConfig;
import dev.tributary.config.RunConfig;
import dev.tributary.protocol.ErrorCode;
import dev.tributary.protocol.Json;
import dev.tributary.protocol.Outcome;
import dev.tributary.protocol.Paths;
import dev.tributary.protocol.RoundTask;
import dev.tributary.protocol.UpdateReceipt;
import dev.tributary.server.FederatedServer;
import dev.tributary.server.HandClient;
import dev.tributary.server.ServerOptions;
import dev.tributary.server.VectorModel;
import dev.tributary.server.database.ReadyDatabase;
import dev.tributary.wire.TensorBody;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;

/** What broke off goes on: uploads and downloads, and what is sent twice counts once. */
final class ResumeTest {
    private final VectorModel model = VectorModel.of(50, 20);
    private final HttpClient http = HttpClient.newHttpClient();

    @TempDir(factory = ReadyDatabase.class)
    private Path runs;

    private FederatedServer server;
    private HandClient a;
    private RoundTask task;
    private TensorBody update;

    @BeforeEach
    void open() {
        open(ServerOptions.builder(runs).poll(Duration.ofMillis(200)).build());
    }

    private void open(ServerOptions options) {
        RunConfig config = OneRound.of(CohortConfig.of(2));
        server = FederatedServer.start(config, options, model);
        a = new HandClient(server.url(), "a", model.layout()).register(100);
        new HandClient(server.url(), "b", model.layout()).register(100);
        task = a.task();
        update = a.body(task, 100, 1, 2, 3);
    }

    @AfterEach
    void close() {
        server.close();
    }

    private HttpResponse<String> send(HttpRequest.Builder request)
            throws IOException, InterruptedException {
        return http.send(request.build(), BodyHandlers.ofString());
    }

    private HttpRequest.Builder atUpdate() {
        return HttpRequest.newBuilder(server.url().resolve(Paths.update(task.runId(), 1, "a")));
    }

    private HttpResponse<String> head() throws IOException, InterruptedException {
        return send(atUpdate().method("HEAD", BodyPublishers.noBody()));
    }

    private long offset() throws IOException, InterruptedException {
        HttpResponse<String> reply = head();
        assertThat(reply.statusCode()).isEqualTo(200);
        return reply.headers().firstValueAsLong(Paths.UPDATE_OFFSET_HEADER).orElseThrow();
    }

    private HttpResponse<String> rest(byte[] body, int from, String checksum)
            throws IOException, InterruptedException {
        byte[] rest = Arrays.copyOfRange(body, from, body.length);
        String range = "bytes %d-%d/%d".formatted(from, body.length - 1, body.length);
        return send(
                atUpdate()
                        .header(Paths.CHECKSUM_HEADER, checksum)
                        .header("Content-Range", range)
                        .PUT(BodyPublishers.ofByteArray(rest)));
    }

    /** Sends so many bytes of the update and no more; the answer is what the server makes of it. */
    private String breakOff(int count, boolean stall) throws IOException {
        byte[] body = bytes(update);
        try (Socket socket = new Socket(server.url().getHost(), server.url().getPort())) {
            String head =
                    "PUT %s HTTP/1.1\r\nHost: localhost\r\n%s: %s\r\nContent-Length: %d\r\n\r\n"
                            .formatted(
                                    Paths.update(task.runId(), 1, "a"),
                                    Paths.CHECKSUM_HEADER,
                                    update.checksum(),
                                    body.length);
            socket.getOutputStream().write(head.getBytes(UTF_8));
            socket.getOutputStream().write(body, 0, count);
            if (!stall) {
                socket.shutdownOutput();
            }
            return new String(socket.getInputStream().readAllBytes(), UTF_8);
        }
    }

    @Test
    void uploadThatBrokeOffGoesOnWhereItDid() throws Exception {
        assertThat(offset()).isZero();
        assertThat(breakOff(1500, false)).contains("422", "broke off after 1500 bytes");
        assertThat(offset()).isEqualTo(1500);
        HttpResponse<String> reply = rest(bytes(update), 1500, update.checksum());
        assertThat(Json.read(reply.body(), UpdateReceipt.class).outcome())
                .isEqualTo(Outcome.ACCEPTED);
        assertThat(head().headers().firstValue(Paths.ACCEPTED_HEADER)).contains("true");
    }

    @Test
    void uploadThatStallsEndsAndNamesTheTimeOut() throws Exception {
        server.close();
        open(
                ServerOptions.builder(runs.resolve("impatient"))
                        .poll(Duration.ofMillis(200))
                        .idle(Duration.ofMillis(700))
                        .build());
        assertThat(breakOff(1500, true)).contains("time-out", "idle");
        assertThat(offset()).isEqualTo(1500);
    }

    @Test
    void uploadAtAnotherOffsetIsToldTheRightOne() throws Exception {
        breakOff(1500, false);
        HttpResponse<String> reply = rest(bytes(update), 1000, update.checksum());
        assertThat(reply.statusCode()).isEqualTo(409);
        assertThat(error(reply).code()).isEqualTo(ErrorCode.OFFSET_MISMATCH);
        assertThat(reply.headers().firstValue(Paths.UPDATE_OFFSET_HEADER)).contains("1500");
    }

    @Test
    void anotherUpdateDoesNotGoOnWithTheFirst() throws Exception {
        breakOff(1500, false);
        TensorBody other = a.body(task, 100, 9);
        HttpResponse<String> reply = rest(bytes(other), 1500, other.checksum());
        assertThat(error(reply).code()).isEqualTo(ErrorCode.OFFSET_MISMATCH);
        assertThat(reply.headers().firstValue(Paths.UPDATE_OFFSET_HEADER)).contains("0");
        assertThat(a.update(task, 100, 9).outcome()).isEqualTo(Outcome.ACCEPTED);
    }

    @Test
    void resumedUploadThatChangedOnTheWayStartsAnew() throws Exception {
        breakOff(1500, false);
        byte[] changed = bytes(update);
        changed[changed.length - 2] ^= 1;
        HttpResponse<String> reply = rest(changed, 1500, update.checksum());
        assertThat(error(reply).code()).isEqualTo(ErrorCode.CHECKSUM_MISMATCH);
        assertThat(offset()).isZero();
        assertThat(a.put(task, update).statusCode()).isEqualTo(200);
    }

    @Test
    void sameUpdateAgainIsADuplicateAndAnotherOneConflicts() {
        assertThat(a.put(task, update).statusCode()).isEqualTo(200);
        UpdateReceipt again = Json.read(a.put(task, update).body(), UpdateReceipt.class);
        assertThat(again.outcome()).isEqualTo(Outcome.ACCEPTED);
        assertThat(again.duplicate()).isTrue();
        HttpResponse<String> other = a.put(task, a.body(task, 100, 7));
        assertThat(other.statusCode()).isEqualTo(409);
        assertThat(error(other).code()).isEqualTo(ErrorCode.CONFLICTING_UPDATE);
        assertThat(server.status().accepted()).isEqualTo(1);
    }

    private HttpRequest.Builder atModel() {
        return HttpRequest.newBuilder(server.url().resolve(Paths.model(task.runId(), 0)));
    }

    @Test
    void knownModelIsNotSentAgain() throws Exception {
        String etag = send(atModel()).headers().firstValue("ETag").orElseThrow();
        assertThat(etag).matches("\"[0-9a-f]{8}-\\d+\"");
        HttpResponse<String> reply = send(atModel().header("If-None-Match", etag));
        assertThat(reply.statusCode()).isEqualTo(304);
        assertThat(reply.body()).isEmpty();
        assertThat(send(atModel().header("If-None-Match", "\"x\"")).statusCode()).isEqualTo(200);
    }

    @Test
    void downloadGoesOnWhereItBrokeOff() throws Exception {
        byte[] whole = a.model(task).body();
        HttpResponse<String> head = send(atModel().method("HEAD", BodyPublishers.noBody()));
        String etag = head.headers().firstValue("ETag").orElseThrow();
        HttpResponse<byte[]> rest =
                http.send(
                        atModel().header("Range", "bytes=100-").header("If-Range", etag).build(),
                        BodyHandlers.ofByteArray());
        assertThat(rest.statusCode()).isEqualTo(206);
        assertThat(rest.headers().firstValue("Content-Range"))
                .contains("bytes 100-%d/%d".formatted(whole.length - 1, whole.length));
        assertThat(rest.body()).isEqualTo(Arrays.copyOfRange(whole, 100, whole.length));
    }

    @Test
    void largeModelGoesOnWhereItBrokeOff() throws Exception {
        ServerOptions options = ServerOptions.builder(runs.resolve("large")).build();
        VectorModel large = VectorModel.of(400_000);
        try (FederatedServer other =
                FederatedServer.start(OneRound.of(CohortConfig.of(1)), options, large)) {
            URI url = other.url().resolve(Paths.model(other.runId(), 0));
            HttpRequest.Builder request = HttpRequest.newBuilder(url);
            byte[] whole = http.send(request.build(), BodyHandlers.ofByteArray()).body();
            assertThat((long) whole.length).isGreaterThan(HeldModel.MAX_BYTES);
            HttpRequest rest = request.header("Range", "bytes=700001-").build();
            assertThat(http.send(rest, BodyHandlers.ofByteArray()).body())
                    .isEqualTo(Arrays.copyOfRange(whole, 700_001, whole.length));
        }
    }

    @Test
    void rangeOfAnotherModelIsAnsweredWithTheWhole() throws Exception {
        HttpResponse<String> reply =
                send(atModel().header("Range", "bytes=100-").header("If-Range", "\"other\""));
        assertThat(reply.statusCode()).isEqualTo(200);
        HttpResponse<String> beyond = send(atModel().header("Range", "bytes=99999999-"));
        assertThat(beyond.statusCode()).isEqualTo(416);
    }
}
