package dev.tributary.server.http;

import static dev.tributary.server.HandClient.bytes;
import static dev.tributary.server.HandClient.error;
import static dev.tributary.server.HandClient.vector;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tributary.config.CohortConfig;
import dev.tributary.config.DataConfig;
import dev.tributary.config.EvaluationConfig;
import dev.tributary.config.RunConfig;
import dev.tributary.parameters.ParameterLayout;
import dev.tributary.parameters.Precision;
import dev.tributary.protocol.Checksum;
import dev.tributary.protocol.ClientPhase;
import dev.tributary.protocol.ClientProgress;
import dev.tributary.protocol.ClientRegistration;
import dev.tributary.protocol.ClientStatus;
import dev.tributary.protocol.ErrorCode;
import dev.tributary.protocol.EvaluationReport;
import dev.tributary.protocol.Json;
import dev.tributary.protocol.ModelSpec;
import dev.tributary.protocol.Outcome;
import dev.tributary.protocol.Paths;
import dev.tributary.protocol.RoundTask;
import dev.tributary.protocol.RunStatus;
import dev.tributary.protocol.UpdateReceipt;
import dev.tributary.server.FederatedServer;
import dev.tributary.server.HandClient;
import dev.tributary.server.ServerOptions;
import dev.tributary.server.VectorModel;
import dev.tributary.wire.TensorBody;
import dev.tributary.wire.UpdateMetadata;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.zip.CRC32C;

/**
 * What the server says to requests right and wrong. After each test with wrong ones, two good
 * clients finish the run: the server is unharmed.
 */
final class HttpContractTest {
    private static final long MAX_UPDATE = 50_000;

    private final VectorModel model = VectorModel.of(50, 20);
    private final ParameterLayout layout = model.layout();
    @TempDir private Path runs;
    private FederatedServer server;
    private HandClient a;
    private HandClient b;

    @BeforeEach
    void start() {
        RunConfig config =
                RunConfig.builder(
                                new ModelSpec("vector", Map.of()),
                                DataConfig.of(DataConfig.NONE, 2))
                        .device("cpu")
                        .cohort(CohortConfig.of(2).withMinimum(2))
                        .rounds(1)
                        .evaluation(new EvaluationConfig(false, false, 1))
                        .build();
        ServerOptions options =
                ServerOptions.builder(runs)
                        .maximumUpdateBytes(MAX_UPDATE)
                        .poll(Duration.ofMillis(200))
                        .build();
        server = FederatedServer.start(config, options, model);
        a = new HandClient(server.url(), "a", layout).register(100);
        b = new HandClient(server.url(), "b", layout);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    /** Opens round 1. */
    private RoundTask open() {
        b.register(100);
        return a.task();
    }

    private void finishUnharmed() {
        RoundTask task = a.task();
        assertThat(a.update(task, 100, 1).outcome()).isEqualTo(Outcome.ACCEPTED);
        finishWithB();
    }

    private void finishWithB() {
        assertThat(b.update(b.task(), 100, 1).outcome()).isEqualTo(Outcome.ACCEPTED);
        RunStatus last = server.awaitEnd();
        assertThat(last.state()).isEqualTo(RunStatus.State.FINISHED);
        assertThat(last.history().get(0).accepted()).isEqualTo(2);
    }

    private void expectRejection(HttpResponse<String> reply, ErrorCode code, String... words) {
        assertThat(reply.statusCode()).isEqualTo(code.httpStatus());
        assertThat(error(reply).code()).isEqualTo(code);
        assertThat(error(reply).message()).contains(words);
        UpdateReceipt receipt = Json.read(reply.body(), UpdateReceipt.class);
        assertThat(receipt.outcome()).isEqualTo(Outcome.REJECTED);
        String counter =
                "outcome=\"rejected\",code=\"" + code.name().toLowerCase(Locale.ROOT) + "\"} 1";
        assertThat(metrics()).contains(counter);
    }

    private String metrics() {
        return a.send("GET", Paths.METRICS, "").body();
    }

    @Test
    void unknownPathsAreJson() {
        HttpResponse<String> reply = a.send("GET", "/v1/nothing", "");
        assertThat(reply.statusCode()).isEqualTo(404);
        assertThat(reply.headers().firstValue("Content-Type")).hasValue(Paths.JSON);
        assertThat(error(reply).code()).isEqualTo(ErrorCode.NOT_FOUND);
    }

    @Test
    void wrongMethodNamesTheRightOnes() {
        HttpResponse<String> reply = a.send("DELETE", Paths.run(server.runId()), "");
        assertThat(reply.statusCode()).isEqualTo(405);
        assertThat(reply.headers().firstValue("Allow")).hasValue("GET");
        assertThat(error(reply).code()).isEqualTo(ErrorCode.METHOD_NOT_ALLOWED);
    }

    @Test
    void pagesOfOtherSitesAreRefused() throws Exception {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(server.url().resolve(Paths.stop(server.runId())))
                        .POST(BodyPublishers.noBody());
        HttpClient browser = HttpClient.newHttpClient();
        HttpResponse<String> reply =
                browser.send(
                        request.copy().header("Origin", "https://elsewhere.example").build(),
                        BodyHandlers.ofString());
        assertThat(reply.statusCode()).isEqualTo(400);
        assertThat(error(reply).message()).contains("Origin", "elsewhere.example");
        assertThat(server.status().state()).isEqualTo(RunStatus.State.WAITING);
        reply =
                browser.send(
                        request.copy().header("Origin", server.url().toString()).build(),
                        BodyHandlers.ofString());
        assertThat(reply.statusCode()).isEqualTo(200);
    }

    @Test
    void malformedHttpIsNoPageAndNoStackTrace() throws IOException {
        String reply = raw("GET /v1/health HTTP/1.1\r\nHost: x\r\nBad header\r\n\r\n");
        assertThat(reply).startsWith("HTTP/1.1 400").contains("BAD_REQUEST");
        assertThat(reply).doesNotContain("<html").doesNotContain("org.eclipse");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "[]", "7", "\"x\"", "{\"clientId\":\"x\"}", "null"})
    void badJsonIsABadRequest(String body) {
        HttpResponse<String> reply = a.send("POST", Paths.CLIENTS, body);
        assertThat(reply.statusCode()).isEqualTo(400);
        assertThat(error(reply).code()).isEqualTo(ErrorCode.BAD_REQUEST);
    }

    @Test
    void jsonThatChangedOnTheWayIsFoundByItsChecksum() throws Exception {
        String sent = Json.write(new ClientRegistration("x", 1, "test", 1, "cpu"));
        String checksum = Checksum.of(ByteBuffer.wrap(sent.getBytes(UTF_8)));
        HttpRequest request =
                HttpRequest.newBuilder(server.url().resolve(Paths.CLIENTS))
                        .header(Paths.CHECKSUM_HEADER, checksum)
                        .POST(BodyPublishers.ofString(sent.replace("\"x\"", "\"y\"")))
                        .build();
        HttpResponse<String> reply =
                HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
        assertThat(error(reply).code()).isEqualTo(ErrorCode.CHECKSUM_MISMATCH);
        assertThat(reply.headers().firstValue(Paths.CHECKSUM_HEADER))
                .hasValue(Checksum.of(ByteBuffer.wrap(reply.body().getBytes(UTF_8))));
        assertThat(server.status().clients()).extracting(ClientStatus::clientId).containsOnly("a");
    }

    @Test
    void jsonBeyondItsLimitIsTooLarge() {
        String body = "{\"clientId\":\"" + "x".repeat(70_000) + "\"}";
        HttpResponse<String> reply = a.send("POST", Paths.CLIENTS, body);
        assertThat(error(reply).code()).isEqualTo(ErrorCode.TOO_LARGE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "..", "a b", "a/b", "ä", "a\nb"})
    void malformedClientIdsAreRefused(String id) {
        String body = Json.write(new ClientRegistration(id, 1, "test", 1, "cpu"));
        HttpResponse<String> reply = a.send("POST", Paths.CLIENTS, body);
        assertThat(error(reply).code()).isEqualTo(ErrorCode.BAD_REQUEST);
        assertThat(error(reply).message()).contains("clientId");
    }

    @Test
    void otherProtocolVersionsAreRefused() {
        String body = Json.write(new ClientRegistration("x", 2, "test", 1, "cpu"));
        HttpResponse<String> reply = a.send("POST", Paths.CLIENTS, body);
        assertThat(error(reply).code()).isEqualTo(ErrorCode.PROTOCOL_VERSION);
        assertThat(error(reply).message()).contains("expected 1", "found 2");
    }

    @Test
    void clientWithoutExamplesIsRefused() {
        String body = Json.write(new ClientRegistration("x", 1, "test", 0, "cpu"));
        assertThat(error(a.send("POST", Paths.CLIENTS, body)).code())
                .isEqualTo(ErrorCode.BAD_REQUEST);
    }

    @Test
    void clientThatGoesIsNotThereUntilItRegistersAgain() {
        open();
        assertThat(b.send("DELETE", Paths.client("b"), "").statusCode()).isEqualTo(204);
        assertThat(server.status().clients())
                .extracting(ClientStatus::phase)
                .contains(ClientPhase.DROPPED);
        b.register(100);
        finishUnharmed();
    }

    @Test
    void agentThatAnotherHasReplacedGetsNoTask() {
        String body = Json.write(new ClientRegistration("x", 1, "test", 1, "cpu"));
        assertThat(a.send("POST", Paths.by("one", Paths.CLIENTS), body).statusCode())
                .isEqualTo(200);
        assertThat(a.send("POST", Paths.by("two", Paths.CLIENTS), body).statusCode())
                .isEqualTo(200);
        HttpResponse<String> reply = a.send("GET", Paths.by("one", Paths.task("x")), "");
        assertThat(reply.statusCode()).isEqualTo(409);
        assertThat(error(reply).code()).isEqualTo(ErrorCode.REPLACED);
        reply = a.send("GET", Paths.by("a+b", Paths.task("x")), "");
        assertThat(error(reply).code()).isEqualTo(ErrorCode.BAD_REQUEST);
    }

    @Test
    void agentThatAnotherHasReplacedDoesNotTakeTheClientAway() {
        String body = Json.write(new ClientRegistration("x", 1, "test", 1, "cpu"));
        a.send("POST", Paths.by("one", Paths.CLIENTS), body);
        a.send("POST", Paths.by("two", Paths.CLIENTS), body);
        HttpResponse<String> reply = a.send("DELETE", Paths.by("one", Paths.client("x")), "");
        assertThat(reply.statusCode()).isEqualTo(204);
        assertThat(server.status().clients())
                .extracting(ClientStatus::phase)
                .doesNotContain(ClientPhase.DROPPED);
        reply = a.send("DELETE", Paths.by("two", Paths.client("x")), "");
        assertThat(reply.statusCode()).isEqualTo(204);
        assertThat(server.status().clients())
                .extracting(ClientStatus::phase)
                .contains(ClientPhase.DROPPED);
    }

    @Test
    void unregisteredClientGetsNoTask() {
        HttpResponse<String> reply = b.send("GET", Paths.task("b"), "");
        assertThat(reply.statusCode()).isEqualTo(404);
        assertThat(error(reply).code()).isEqualTo(ErrorCode.UNKNOWN_CLIENT);
    }

    @Test
    void pollEndsEmptyWhereThereIsNoTask() {
        assertThat(a.send("GET", Paths.task("a"), "").statusCode()).isEqualTo(204);
    }

    @Test
    void waitingPollIsAnsweredWhenTheRoundOpens() {
        CompletableFuture<HttpResponse<String>> reply = a.pollAsync();
        RoundTask task = open();
        assertThat(task.round()).isEqualTo(1);
        assertThat(reply.join().statusCode()).isIn(200, 204);
    }

    @Test
    void modelIsWhatItsHeadersSay() {
        RoundTask task = open();
        HttpResponse<byte[]> reply = a.model(task);
        assertThat(reply.statusCode()).isEqualTo(200);
        assertThat(reply.headers().firstValue("Content-Type")).hasValue(Paths.SAFETENSORS);
        assertThat(reply.headers().firstValueAsLong("Content-Length"))
                .hasValue(reply.body().length);
        CRC32C checksum = new CRC32C();
        checksum.update(reply.body());
        assertThat(reply.headers().firstValue(Paths.CHECKSUM_HEADER))
                .hasValue("%08x".formatted(checksum.getValue()));
        assertThat((long) reply.body().length).isGreaterThan(layout.bytes());
        assertThat(server.status().clients().get(0).bytesDown()).isEqualTo(reply.body().length);
    }

    @Test
    void headOfAModelHasNoBody() {
        HttpResponse<String> reply = a.send("HEAD", Paths.model(server.runId(), 0), "");
        assertThat(reply.statusCode()).isEqualTo(200);
        assertThat(reply.headers().firstValueAsLong("Content-Length").getAsLong())
                .isGreaterThan(layout.bytes());
        assertThat(reply.body()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "-1", "x", "99999999999"})
    void modelVersionsThatAreNotThereAreTold(String version) {
        String path = "/v1/runs/" + server.runId() + "/models/" + version;
        HttpResponse<String> reply = a.send("GET", path, "");
        assertThat(reply.statusCode()).isEqualTo(version.equals("1") ? 404 : 400);
    }

    @Test
    void otherRunsAreNotFound() {
        assertThat(error(a.send("GET", Paths.run("other"), "")).code())
                .isEqualTo(ErrorCode.NOT_FOUND);
        assertThat(error(a.send("GET", Paths.model("other", 0), "")).code())
                .isEqualTo(ErrorCode.NOT_FOUND);
    }

    @Test
    void statusAndRunsTellTheSame() {
        String one = a.send("GET", Paths.run(server.runId()), "").body();
        String all = a.send("GET", Paths.RUNS, "").body();
        RunStatus status = Json.read(one, RunStatus.class);
        assertThat(status.runId()).isEqualTo(server.runId());
        assertThat(status.clients()).extracting(client -> client.clientId()).containsExactly("a");
        assertThat(all).startsWith("[{").contains(server.runId());
        assertThat(a.send("GET", Paths.HEALTH, "").statusCode()).isEqualTo(200);
    }

    @Test
    void statusAfterARoundHasOnlyTheRoundsSince() {
        open();
        finishUnharmed();
        String path = Paths.run(server.runId());

        String all = a.send("GET", path, "").body();
        String since = a.send("GET", Paths.runAfter(server.runId(), 1), "").body();

        assertThat(Json.read(all, RunStatus.class).history()).hasSize(1);
        assertThat(Json.read(since, RunStatus.class).history()).isEmpty();
        assertThat(error(a.send("GET", path + "?after=x", "")).code())
                .isEqualTo(ErrorCode.BAD_REQUEST);
    }

    @Test
    void wrongLayoutNamesTheTensor() {
        RoundTask task = open();
        ParameterLayout other = ParameterLayout.builder().trainable("w", 20, 50).build();
        TensorBody body = TensorBody.of(other, List.of(vector(other, 1)), metadata(task));
        expectRejection(
                a.put(task, body), ErrorCode.LAYOUT_MISMATCH, "\"w\"", "[50, 20]", "[20, 50]");
        finishAfterRejection(task);
    }

    @Test
    void halfPrecisionInARunOfFloat32IsRefusedByName() {
        RoundTask task = open();
        ByteBuffer payload = ByteBuffer.allocate((int) Precision.FLOAT16.bytes(layout));
        TensorBody body =
                TensorBody.of(layout, Precision.FLOAT16, List.of(payload), metadata(task));
        expectRejection(a.put(task, body), ErrorCode.LAYOUT_MISMATCH, "type F32", "found F16");
        finishAfterRejection(task);
    }

    @Test
    void truncatedBodyIsMalformed() {
        RoundTask task = open();
        byte[] body = bytes(a.body(task, 100, 1));
        byte[] cut = Arrays.copyOf(body, body.length - 1);
        expectRejection(
                a.put(task.runId(), 1, cut, "00000000"), ErrorCode.MALFORMED_BODY, "the end");
        finishUnharmed();
    }

    @Test
    void bodyThatBreaksOffIsCountedAndLeavesNothing() throws IOException {
        RoundTask task = open();
        byte[] body = bytes(a.body(task, 100, 1));
        try (Socket socket = new Socket(server.url().getHost(), server.url().getPort())) {
            String head =
                    "PUT %s HTTP/1.1\r\nHost: x\r\nTributary-CRC32C: 00000000\r\nContent-Length: %d\r\n\r\n"
                            .formatted(Paths.update(task.runId(), 1, "a"), body.length);
            socket.getOutputStream().write(head.getBytes(UTF_8));
            socket.getOutputStream().write(body, 0, body.length / 2);
            socket.shutdownOutput();
            String reply = new String(socket.getInputStream().readAllBytes(), UTF_8);
            assertThat(reply).startsWith("HTTP/1.1 422").contains("broke off");
        }
        finishUnharmed();
        assertThat(server.status().history().get(0).rejected()).isEqualTo(1);
    }

    @Test
    void bodyThatChangedOnTheWayIsFoundByItsChecksum() {
        RoundTask task = open();
        TensorBody body = a.body(task, 100, 1);
        byte[] changed = bytes(body);
        changed[changed.length - 3] ^= 1;
        expectRejection(
                a.put(task.runId(), 1, changed, body.checksum()),
                ErrorCode.CHECKSUM_MISMATCH,
                body.checksum());
        finishUnharmed();
    }

    @Test
    void tensorNameThatChangedOnTheWayIsNoOtherModel() {
        RoundTask task = open();
        TensorBody body = a.body(task, 100, 1);
        byte[] changed = bytes(body);
        int name = new String(changed, ISO_8859_1).indexOf(layout.tensors().get(0).name());
        changed[name] ^= 1;
        expectRejection(
                a.put(task.runId(), 1, changed, body.checksum()),
                ErrorCode.CHECKSUM_MISMATCH,
                "CRC-32C");
        finishUnharmed();
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
    void valuesThatAreNotFiniteAreRejected(float value) {
        RoundTask task = open();
        expectRejection(a.put(task, a.body(task, 100, 1, value)), ErrorCode.NOT_FINITE, "NaN");
        finishAfterRejection(task);
    }

    @Test
    void valuesBeyondTheAccumulatorAreRejected() {
        RoundTask task = open();
        expectRejection(
                a.put(task, a.body(task, 100, Float.MAX_VALUE)), ErrorCode.OUT_OF_RANGE, "100");
        finishAfterRejection(task);
    }

    @Test
    void moreExamplesThanRegisteredAreRejected() {
        RoundTask task = open();
        expectRejection(a.put(task, a.body(task, 101, 1)), ErrorCode.BAD_WEIGHT, "100", "101");
        finishAfterRejection(task);
    }

    @Test
    void metadataOfAnotherClientIsABadRequest() {
        RoundTask task = open();
        expectRejection(a.put(task, b.body(task, 100, 1)), ErrorCode.BAD_REQUEST, "\"client\"");
        finishAfterRejection(task);
    }

    @Test
    void missingMetadataIsMalformed() {
        RoundTask task = open();
        TensorBody body = TensorBody.of(layout, List.of(vector(layout, 1)), Map.of());
        expectRejection(a.put(task, body), ErrorCode.MALFORMED_BODY, "\"run\"");
        finishUnharmed();
    }

    @Test
    void wrongRoundSaysWhichIsOpen() {
        RoundTask task = open();
        byte[] body = bytes(a.body(task, 100, 1));
        expectRejection(a.put(task.runId(), 7, body, "00000000"), ErrorCode.WRONG_ROUND, "1", "7");
        finishUnharmed();
    }

    @Test
    void clientThatIsNotSelectedIsTold() {
        RoundTask task = open();
        HandClient c = new HandClient(server.url(), "c", layout).register(100);
        expectRejection(c.put(task, c.body(task, 100, 1)), ErrorCode.NOT_SELECTED, "round 1");
        finishUnharmed();
    }

    @Test
    void clientThatIsNotRegisteredIsTold() {
        RoundTask task = open();
        HandClient c = new HandClient(server.url(), "c", layout);
        expectRejection(c.put(task, c.body(task, 100, 1)), ErrorCode.UNKNOWN_CLIENT, "registered");
        finishUnharmed();
    }

    @Test
    void sameUpdateAgainCountsOnce() {
        RoundTask task = open();
        TensorBody body = a.body(task, 100, 1);
        a.put(task, body);
        UpdateReceipt again = Json.read(a.put(task, body).body(), UpdateReceipt.class);
        assertThat(again.outcome()).isEqualTo(Outcome.ACCEPTED);
        assertThat(again.duplicate()).isTrue();
        finishWithB();
    }

    @Test
    void updateForAnotherRunIsNotFound() {
        RoundTask task = open();
        byte[] body = bytes(a.body(task, 100, 1));
        assertThat(error(a.put("other", 1, body, "00000000")).code())
                .isEqualTo(ErrorCode.NOT_FOUND);
        finishUnharmed();
    }

    @Test
    void announcedLengthBeyondTheLimitIsTooLarge() {
        RoundTask task = open();
        byte[] body = new byte[(int) MAX_UPDATE + 1];
        expectRejection(
                a.put(task.runId(), 1, body, "00000000"),
                ErrorCode.TOO_LARGE,
                "" + MAX_UPDATE,
                "" + body.length);
        finishAfterRejection(task);
    }

    @Test
    void chunkedBodyBeyondTheLimitIsTooLarge() throws IOException {
        RoundTask task = open();
        // A header that claims to be longer than the limit keeps the server reading.
        byte[] body = new byte[(int) MAX_UPDATE + 8];
        ByteBuffer.wrap(body).order(ByteOrder.LITTLE_ENDIAN).putLong(0, MAX_UPDATE + 10_000);
        String head =
                "PUT %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTributary-CRC32C: 00000000\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n"
                        .formatted(Paths.update(task.runId(), 1, "a"), body.length);
        try (Socket socket = new Socket(server.url().getHost(), server.url().getPort())) {
            socket.getOutputStream().write(head.getBytes(UTF_8));
            socket.getOutputStream().write(body);
            socket.getOutputStream().write("\r\n0\r\n\r\n".getBytes(UTF_8));
            String reply = new String(socket.getInputStream().readAllBytes(), UTF_8);
            assertThat(reply).startsWith("HTTP/1.1 413").contains("TOO_LARGE");
        }
        finishAfterRejection(task);
    }

    @Test
    void headerThatClaimsToBeEndlessIsRefusedUnread() {
        RoundTask task = open();
        byte[] body = new byte[64];
        Arrays.fill(body, (byte) 0x7f);
        expectRejection(
                a.put(task.runId(), 1, body, "00000000"), ErrorCode.MALFORMED_BODY, "header");
        finishUnharmed();
    }

    @Test
    void evaluationNobodyAskedForIsLate() {
        RoundTask task = open();
        HttpResponse<String> reply = a.report(task, new EvaluationReport(1, 1, 1));
        assertThat(Json.read(reply.body(), UpdateReceipt.class).code()).isEqualTo(ErrorCode.LATE);
        EvaluationReport other = new EvaluationReport(2, 1, 1);
        HttpResponse<String> unlike = a.report(task, new EvaluationReport(1, 1, 1, other));
        assertThat(unlike.statusCode()).isEqualTo(400);
        assertThat(HandClient.error(unlike).message())
                .contains("before: expected one report on the");
        HttpResponse<String> wrong = a.report(task, new EvaluationReport(1, 1, 2));
        assertThat(error(wrong).code()).isEqualTo(ErrorCode.BAD_REQUEST);
        finishUnharmed();
    }

    @Test
    void progressIsNotedAndNonsenseRefused() {
        RoundTask task = open();
        ClientProgress good = new ClientProgress(task.runId(), 1, ClientPhase.TRAINING, 0.25, 1.5);
        assertThat(a.progress(good).statusCode()).isEqualTo(204);
        assertThat(server.status().clients().get(0).fraction()).isEqualTo(0.25);
        ClientProgress far = new ClientProgress(task.runId(), 1, ClientPhase.TRAINING, 1.5, 0);
        assertThat(error(a.progress(far)).code()).isEqualTo(ErrorCode.BAD_REQUEST);
        ClientProgress done = new ClientProgress(task.runId(), 1, ClientPhase.DONE, 1, 0);
        assertThat(error(a.progress(done)).code()).isEqualTo(ErrorCode.BAD_REQUEST);
        String nonsense = Json.write(good).replace("TRAINING", "FLYING");
        HttpResponse<String> reply = a.send("POST", Paths.progress("a"), nonsense);
        assertThat(error(reply).code()).isEqualTo(ErrorCode.BAD_REQUEST);
    }

    @Test
    void metricsAreInPrometheusFormat() {
        RoundTask task = open();
        a.model(task);
        finishUnharmed();
        assertThat(metrics())
                .contains("tributary_updates_total{outcome=\"accepted\",code=\"\"} 2")
                .contains("tributary_rounds_total{result=\"completed\"} 1")
                .contains("tributary_round_seconds_count 1")
                .contains("tributary_clients 2")
                .contains("tributary_bytes_total{direction=\"up\"} ");
    }

    /** The client is not asked again after that, but may do better. */
    private void finishAfterRejection(RoundTask task) {
        assertThat(a.update(task, 100, 1).outcome()).isEqualTo(Outcome.ACCEPTED);
        finishWithB();
        assertThat(server.status().history().get(0).rejected()).isEqualTo(1);
    }

    private Map<String, String> metadata(RoundTask task) {
        return new UpdateMetadata(task.runId(), 1, "a", 0, 100, 0.5).toMap();
    }

    private String raw(String request) throws IOException {
        try (Socket socket = new Socket(server.url().getHost(), server.url().getPort());
                InputStream in = socket.getInputStream()) {
            socket.getOutputStream().write(request.getBytes(UTF_8));
            socket.shutdownOutput();
            return new String(in.readAllBytes(), UTF_8);
        }
    }
}
