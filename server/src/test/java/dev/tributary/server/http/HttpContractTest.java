package dev.tributary.server.http;

import static dev.tributary.server.HandClient.error;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tributary.protocol.Checksum;
import dev.tributary.protocol.ClientPhase;
import dev.tributary.protocol.ClientProgress;
import dev.tributary.protocol.ClientRegistration;
import dev.tributary.protocol.ClientStatus;
import dev.tributary.protocol.ErrorCode;
import dev.tributary.protocol.EvaluationReport;
import dev.tributary.protocol.Json;
import dev.tributary.protocol.Paths;
import dev.tributary.protocol.RoundTask;
import dev.tributary.protocol.RunStatus;
import dev.tributary.protocol.UpdateReceipt;
import dev.tributary.server.HandClient;

import org.junit.jupiter.api.Test;
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
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.zip.CRC32C;

/** What the server says to requests right and wrong, updates apart. */
final class HttpContractTest extends RoundOfTwo {
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
    void namesOfThisMachineAreTaken() throws IOException {
        for (String host :
                List.of("localhost", "LOCALHOST:8080", "127.0.0.1:1", "[::1]", "[::1]:8080")) {
            assertThat(raw("GET /v1/runs HTTP/1.1\r\nHost: %s\r\n\r\n".formatted(host)))
                    .as(host)
                    .startsWith("HTTP/1.1 200");
        }
        assertThat(raw("GET /v1/runs HTTP/1.0\r\n\r\n")).startsWith("HTTP/1.1 200");
    }

    @Test
    void siteWhoseNameHasBecomeThatOfThisMachineIsRefused() throws IOException {
        for (String host :
                List.of(
                        "elsewhere.example",
                        "elsewhere.example:8080",
                        "localhost.elsewhere.example",
                        "127.0.0.1.elsewhere.example",
                        "10.0.0.5:8080")) {
            assertThat(raw("GET /v1/runs HTTP/1.1\r\nHost: %s\r\n\r\n".formatted(host)))
                    .startsWith("HTTP/1.1 403")
                    .contains("Host: expected 127.0.0.1 or [::1] or localhost", host)
                    .doesNotContain(server.runId());
            String stop =
                    "POST %s HTTP/1.1\r\nHost: %s\r\nOrigin: http://%s\r\nContent-Length: 0\r\n\r\n"
                            .formatted(Paths.stop(server.runId()), host, host);
            assertThat(raw(stop)).startsWith("HTTP/1.1 403");
        }
        assertThat(server.status().state()).isEqualTo(RunStatus.State.WAITING);
    }

    @Test
    void malformedHttpIsNoPageAndNoStackTrace() throws IOException {
        String reply = raw("GET /v1/health HTTP/1.1\r\nHost: localhost\r\nBad header\r\n\r\n");
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
    void browserGetsAPageThatRunsNothing() {
        open();
        HttpResponse<String> page = a.send("GET", Paths.HOME, "");
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.headers().firstValue("Content-Type")).contains("text/html; charset=utf-8");
        assertThat(page.headers().firstValue("Content-Security-Policy"))
                .hasValueSatisfying(
                        policy -> assertThat(policy).startsWith("default-src 'none'; "));
        assertThat(page.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
        assertThat(page.body())
                .contains("<a href=\"%s\">".formatted(Paths.run(server.status().runId())))
                .contains("<td>running</td><td>1 of 1</td>", "<td>a</td>", "<td>b</td>")
                .doesNotContain("<script");
        HttpResponse<String> head = a.send("HEAD", Paths.HOME, "");
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
        assertThat(a.send("POST", Paths.HOME, "").statusCode()).isEqualTo(405);
        finishUnharmed();
        assertThat(a.send("GET", Paths.HOME, "").body()).contains("<td>finished</td>");
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
        String run = "{run=\"" + task.runId() + "\"} ";
        assertThat(metrics())
                .contains("tributary_run_round" + run + "1.0")
                .contains("tributary_run_selected" + run + "2.0")
                .contains("tributary_run_update_bytes" + run + "0.0")
                .contains("tributary_run_model_bytes" + run)
                .doesNotContain("tributary_run_loss{");
        finishUnharmed();
        assertThat(metrics())
                .contains("tributary_updates_total{code=\"\",outcome=\"accepted\"} 2.0")
                .contains("tributary_rounds_total{result=\"completed\"} 1.0")
                .contains("tributary_round_seconds_count 1")
                .contains("tributary_clients 2.0")
                .contains("tributary_bytes_total{direction=\"up\"} ")
                .contains("tributary_http_buffer_bytes ", "process_resident_memory_bytes ");
    }

    @Test
    void metricsAreInOpenMetricsForWhoAsksForThem() throws IOException {
        open();
        String request =
                """
                GET /metrics HTTP/1.1
                Host: localhost
                Connection: close
                Accept: application/openmetrics-text; version=1.0.0

                """;
        assertThat(raw(request.replace("\n", "\r\n")))
                .contains("Content-Type: application/openmetrics-text")
                .contains("tributary_clients 2.0")
                .endsWith("# EOF\n");
        finishUnharmed();
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
