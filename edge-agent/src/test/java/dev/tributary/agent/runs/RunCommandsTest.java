package dev.tributary.agent.runs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import dev.tributary.protocol.ErrorCode;
import dev.tributary.protocol.ErrorReply;
import dev.tributary.protocol.Json;
import dev.tributary.protocol.Paths;
import dev.tributary.protocol.RoundMetrics;
import dev.tributary.protocol.RunEvent;
import dev.tributary.protocol.RunStatus;
import dev.tributary.protocol.RunStatus.State;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import picocli.CommandLine;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.zip.CRC32C;

/** The commands as users type them, against a server that answers over real HTTP by script. */
@Timeout(60)
final class RunCommandsTest {
    private static final byte[] MODEL =
            "a model of forty-one bytes, more or less.".getBytes(StandardCharsets.UTF_8);
    private static final String ETAG = "\"v\"";
    private static final String EVENTS = "GET /v1/runs/digits-1/events?after=0";

    @TempDir private Path directory;

    private final StringWriter out = new StringWriter();
    private final Map<String, Deque<Reply>> script = new ConcurrentHashMap<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private @Nullable Exception failure;
    private volatile int retryAfterSeconds;
    private final HttpServer server;

    private record Reply(int status, String body) {}

    RunCommandsTest() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    }

    @BeforeEach
    void start() {
        server.createContext("/", this::answer);
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void submittedRunIsNamedWithHowToFollowIt() throws IOException {
        Path file = Files.writeString(directory.resolve("run.yaml"), "name: digits\n");
        script("POST /v1/runs", 201, Json.write(run("digits-1", State.QUEUED)));
        assertThat(run("submit", file.toString())).isZero();
        assertThat(out)
                .hasToString(
                        "run digits-1 is queued; 'tributary run watch digits-1 --server %s' follows it\n"
                                .formatted(url()));
        assertThat(requests).containsExactly("POST /v1/runs name: digits\n");
    }

    @Test
    void everyProblemOfARunFileIsToldInItsOwnLine() throws IOException {
        Path file = Files.writeString(directory.resolve("my.yaml"), "rouds: 3\n");
        ErrorReply wrong =
                new ErrorReply(
                        ErrorCode.INVALID_RUN,
                        "run.yaml:1: rouds\nrun.yaml: model\nrun.yaml: data");
        script("POST /v1/runs", 422, Json.write(wrong));
        assertThat(run("submit", file.toString())).isEqualTo(1);
        assertThat(failure).hasMessage("%1$s:1: rouds\n%1$s: model\n%1$s: data".formatted(file));
    }

    @Test
    void runsAreListedInColumns() {
        script(
                "GET /v1/runs",
                200,
                "[%s,%s]"
                        .formatted(
                                Json.write(run("digits-1", State.FINISHED)),
                                Json.write(run("a-much-longer-name-2", State.QUEUED))));
        assertThat(run("list")).isZero();
        assertThat(out)
                .hasToString(
                        """
                        RUN                   STATE     ROUND  REACHED          LOSS    MODEL  DATA SET
                        digits-1              finished  3/10   accuracy 0.9125  0.2500  mlp    digits
                        a-much-longer-name-2  queued    3/10   accuracy 0.9125  0.2500  mlp    digits
                          all is well
                        """);
    }

    /** What does not fit a terminal's line is left to show; a pipe gets all of it. */
    @Test
    void whatARunWaitsForIsAsLongAsALine() {
        String why = "\u2460".repeat(100);
        String failed = Json.write(run("digits-1", State.FAILED)).replace("all is well", why);
        script("GET /v1/runs", 200, "[" + failed + "]");
        script("GET /v1/runs", 200, "[" + failed + "]");
        assertThat(run("list")).isZero();
        System.setProperty("tributary.terminal", "true");
        System.setProperty("tributary.columns", "60");
        try {
            assertThat(run("list")).isZero();
        } finally {
            System.clearProperty("tributary.terminal");
            System.clearProperty("tributary.columns");
        }
        assertThat(out.toString().lines().filter(line -> line.startsWith("  ")))
                .containsExactly("  " + why, "  " + "\u2460".repeat(56) + "..");
    }

    @Test
    void newestRunIsShownWhereNoneIsNamed() {
        script("GET /v1/runs", 200, "[" + Json.write(run("digits-1", State.FINISHED)) + "]");
        script("GET /v1/runs/digits-1", 200, Json.write(run("digits-1", State.FINISHED)));
        assertThat(run("show")).isZero();
        assertThat(out.toString().lines())
                .containsExactly(
                        "run       digits-1",
                        "state     finished: all is well",
                        "rounds    3 of 10 published",
                        "model     mlp, 199,210 parameters",
                        "data set  digits",
                        "device    cpu",
                        "accuracy  0.9125",
                        "loss      0.2500",
                        "clients   0",
                        "time      2.5 s",
                        "traffic   1.00 MB up, 2.00 MB down",
                        "sha-256   abc");
    }

    @Test
    void statusAsJsonIsTheServersOwn() {
        String status = Json.write(run("digits-1", State.RUNNING));
        script("GET /v1/runs/digits-1", 200, status);
        assertThat(run("show", "digits-1", "--json")).isZero();
        assertThat(out).hasToString(status + "\n");
    }

    @Test
    void watchingEndsWithTheRunAndTellsHowItEnded() {
        script("GET /v1/runs/digits-1", 200, Json.write(run("digits-1", State.RUNNING)));
        script("GET /v1/runs/digits-1", 200, Json.write(run("digits-1", State.FAILED)));
        assertThat(run("watch", "digits-1", "--json")).isEqualTo(1);
        assertThat(out.toString()).contains("\"state\":\"FAILED\"");
        assertThat(requests).hasSize(2).allMatch(request -> request.startsWith("GET "));
    }

    @Test
    void logIsPrintedToItsEndAndNoFurther() {
        RunStatus status =
                run("digits-1", State.FINISHED)
                        .withDetails(List.of(), List.of(), List.of(event(2, "round 1 closed")));
        script("GET /v1/runs/digits-1", 200, Json.write(status));
        script(
                "GET /v1/runs/digits-1/events?after=0",
                200,
                "[%s,%s]".formatted(Json.write(event(1, "began")), Json.write(event(2, "ended"))));
        assertThat(run("log", "digits-1")).isZero();
        assertThat(out.toString().lines())
                .containsExactly(
                        "    1     1.0 s  info     began", "    2     2.0 s  info     ended");
    }

    /** As long as it takes up what it led before, it says when to come again. */
    @Test
    void whoFollowsARunWaitsForAServerThatHasJustStarted() {
        RunStatus end =
                run("digits-1", State.FINISHED)
                        .withDetails(List.of(), List.of(), List.of(event(1, "began")));
        ErrorReply busy = new ErrorReply(ErrorCode.BUSY, "the server is taking up its runs");
        retryAfterSeconds = 1;
        script("GET /v1/runs/digits-1", 503, Json.write(busy));
        script("GET /v1/runs/digits-1", 200, Json.write(end));
        long start = System.nanoTime();
        assertThat(run("watch", "digits-1")).isZero();
        assertThat(System.nanoTime() - start).isGreaterThan(1_000_000_000L);

        retryAfterSeconds = 0;
        for (String request : List.of("GET /v1/runs", "GET /v1/runs/digits-1", EVENTS)) {
            script(request, 503, Json.write(busy));
        }
        script("GET /v1/runs", 200, "[" + Json.write(end) + "]");
        script("GET /v1/runs/digits-1", 200, Json.write(end));
        script(EVENTS, 200, "[" + Json.write(event(1, "began")) + "]");
        assertThat(run("log")).isZero();
        assertThat(out.toString()).endsWith("    1     1.0 s  info     began\n");
    }

    @Test
    void patienceWithABusyServerEnds() {
        ErrorReply busy = new ErrorReply(ErrorCode.BUSY, "the server is taking up its runs");
        retryAfterSeconds = 60;
        script("GET /v1/runs/digits-1", 503, Json.write(busy));
        assertThat(run("watch", "digits-1", "--retry-for", "30")).isEqualTo(1);
        assertThat(failure).hasMessage("server " + url() + ": the server is taking up its runs");
    }

    @Test
    void stopAndResumeTellTheState() {
        script("POST /v1/runs/digits-1/stop", 200, Json.write(run("digits-1", State.RUNNING)));
        script("POST /v1/runs/digits-1/resume", 200, Json.write(run("digits-1", State.QUEUED)));
        assertThat(run("stop", "digits-1")).isZero();
        assertThat(run("resume", "digits-1")).isZero();
        assertThat(out.toString().lines())
                .containsExactly(
                        "stopping run digits-1: it is running",
                        "resuming run digits-1: it is queued");
    }

    @Test
    void whatTheServerRefusesIsOneLine() {
        ErrorReply none = new ErrorReply(ErrorCode.NOT_FOUND, "run: there is none");
        script("POST /v1/runs/x/stop", 404, Json.write(none));
        assertThat(run("stop", "x")).isEqualTo(1);
        assertThat(failure).hasMessage("server " + url() + ": run: there is none");
    }

    @Test
    void whatIsNoTributaryServerIsTold() {
        script("GET /v1/runs", 502, "<html>a proxy");
        assertThat(run("list")).isEqualTo(1);
        assertThat(failure).hasMessageContaining("status 502; check the URL");
    }

    @Test
    void downloadGoesOnWhereItBrokeOff() throws Exception {
        Path target = directory.resolve("m.safetensors");
        Files.write(directory.resolve("m.safetensors.part"), Arrays.copyOf(MODEL, 10));
        Files.writeString(directory.resolve("m.safetensors.etag"), ETAG);
        assertThat(run("download", "digits-1", "-o", target.toString())).isZero();
        assertThat(requests).containsExactly("GET /v1/runs/digits-1/model bytes=10-");
        assertThat(target).hasBinaryContent(MODEL);
        assertThat(out.toString()).contains(sha256(MODEL));
        try (var files = Files.list(directory)) {
            assertThat(files).containsExactly(target);
        }
    }

    @Test
    void damagedPartIsFetchedAgain() throws Exception {
        Path target = directory.resolve("m.safetensors");
        Files.write(directory.resolve("m.safetensors.part"), new byte[10]);
        Files.writeString(directory.resolve("m.safetensors.etag"), ETAG);
        assertThat(run("download", "digits-1", "-o", target.toString())).isZero();
        assertThat(requests).hasSize(2);
        assertThat(target).hasBinaryContent(MODEL);
    }

    @Test
    void fileThatIsThereStaysUnlessItIsTheModel() throws Exception {
        Path target = Files.write(directory.resolve("m.safetensors"), MODEL);
        assertThat(run("download", "digits-1", "-o", target.toString())).isZero();
        assertThat(out.toString()).contains(sha256(MODEL));

        Files.writeString(target, "mine");
        assertThat(run("download", "digits-1", "-o", target.toString())).isEqualTo(1);
        assertThat(failure)
                .hasMessageContaining(target + ": expected no such file yet, found one that");
        assertThat(target).hasContent("mine");
    }

    @Test
    void targetThatCannotBeWrittenIsNamedBeforeAnythingIsAsked() throws Exception {
        Path target = directory.resolve("m.safetensors");
        Files.createDirectory(directory.resolve("m.safetensors.part"));
        assertThat(run("download", "digits-1", "-o", target.toString())).isEqualTo(1);
        assertThat(failure).hasMessageContaining(target + " cannot be written");
        assertThat(requests).isEmpty();
    }

    @Test
    void diskThatFillsIsToldAndNothingIsAskedAgain() throws Exception {
        Path full = Path.of("/dev/full");
        assumeTrue(Files.exists(full), "this system has no /dev/full");
        Path target = directory.resolve("m.safetensors");
        Files.createSymbolicLink(directory.resolve("m.safetensors.part"), full);
        assertThat(run("download", "digits-1", "-o", target.toString())).isEqualTo(1);
        assertThat(failure).hasMessage(target + " cannot be written");
        assertThat(failure).hasRootCauseMessage("No space left on device");
        assertThat(requests).hasSize(1);
    }

    private int run(String... arguments) {
        CommandLine line = new CommandLine(new RunCommand());
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(out, true));
        line.setExecutionExceptionHandler(
                (exception, ignored, parsed) -> {
                    failure = exception;
                    return 1;
                });
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--server", url()));
        return line.execute(all.toArray(String[]::new));
    }

    private String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private void script(String request, int status, String body) {
        script.computeIfAbsent(request, key -> new ArrayDeque<>()).add(new Reply(status, body));
    }

    private void answer(HttpExchange exchange) throws IOException {
        String request = exchange.getRequestMethod() + " " + exchange.getRequestURI();
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        String range = exchange.getRequestHeaders().getFirst("Range");
        requests.add(
                (request + " " + body + (range == null ? "" : range)).stripTrailing()
                        + (body.endsWith("\n") ? "\n" : ""));
        if (request.endsWith("/model")) {
            sendModel(exchange, range);
            return;
        }
        Deque<Reply> replies = script.getOrDefault(request, new ArrayDeque<>());
        Reply reply =
                replies.isEmpty() ? new Reply(404, "no script for " + request) : replies.remove();
        byte[] bytes = reply.body.getBytes(StandardCharsets.UTF_8);
        if (reply.status == ErrorCode.BUSY.httpStatus()) {
            exchange.getResponseHeaders().set("Retry-After", "" + retryAfterSeconds);
        }
        exchange.sendResponseHeaders(reply.status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private static void sendModel(HttpExchange exchange, @Nullable String range)
            throws IOException {
        int from = range == null ? 0 : Integer.parseInt(range.replaceAll("\\D+(\\d+)-.*", "$1"));
        CRC32C crc = new CRC32C();
        crc.update(MODEL);
        exchange.getResponseHeaders().set("ETag", ETAG);
        exchange.getResponseHeaders()
                .set(Paths.CHECKSUM_HEADER, HexFormat.of().toHexDigits(crc.getValue(), 8));
        exchange.getResponseHeaders().set(Paths.MODEL_SHA256_HEADER, sha256(MODEL));
        exchange.sendResponseHeaders(range == null ? 200 : 206, MODEL.length - from);
        exchange.getResponseBody().write(MODEL, from, MODEL.length - from);
        exchange.close();
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    private static RunEvent event(long sequence, String message) {
        return new RunEvent(sequence, sequence, RunEvent.Level.INFO, message);
    }

    private static RunStatus run(String id, State state) {
        RoundMetrics round =
                new RoundMetrics(3, 3, 4, 4, 0, 0, 0.5, 0.9125, 0.25, null, null, 1, 2, 1.5, 0.5);
        return new RunStatus(
                id,
                state,
                "all is well",
                3,
                10,
                3,
                "mlp",
                "digits",
                199_210,
                "cpu",
                4,
                4,
                2.5,
                1_000_000,
                2_000_000,
                "abc",
                List.of(),
                List.of(round),
                List.of());
    }
}
