package dev.tributary.server.http;

import static dev.tributary.server.HandClient.bytes;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tributary.config.CohortConfig;
import dev.tributary.config.RunConfig;
import dev.tributary.protocol.Outcome;
import dev.tributary.protocol.Paths;
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
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Clients that are slow or stalled. After each of them the run goes on: the server is unharmed. */
@Timeout(60)
final class BackPressureTest {
    private static final Duration IDLE = Duration.ofMillis(600);
    private static final Pattern CONTENT_LENGTH = Pattern.compile("(?i)content-length: (\\d+)");

    @TempDir(factory = ReadyDatabase.class)
    private Path runs;

    private VectorModel model;
    private FederatedServer server;
    private HandClient a;
    private RoundTask task;

    @BeforeEach
    void open() {
        open(runs, VectorModel.of(10_000));
    }

    private void open(Path directory, VectorModel trained) {
        model = trained;
        RunConfig config = OneRound.of(CohortConfig.of(1));
        ServerOptions options =
                ServerOptions.builder(directory).poll(Duration.ofMillis(200)).idle(IDLE).build();
        server = FederatedServer.start(config, options, model);
        a = new HandClient(server.url(), "a", model.layout()).register(100);
        task = a.task();
    }

    @AfterEach
    void finishUnharmed() {
        try (FederatedServer open = server) {
            assertThat(a.send("GET", Paths.HEALTH, "").statusCode()).isEqualTo(200);
            // As agents do: what a machine that stalls has made the server cut is sent again.
            while (!isAccepted()) {
                assertThat(open.end()).isNotDone();
            }
            assertThat(open.awaitEnd().state()).isEqualTo(RunStatus.State.FINISHED);
        }
    }

    private boolean isAccepted() {
        try {
            assertThat(a.update(task, 100, 1).outcome()).isEqualTo(Outcome.ACCEPTED);
            return true;
        } catch (UncheckedIOException e) {
            return false;
        }
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket(server.url().getHost(), server.url().getPort());
        socket.setSoTimeout(20_000);
        return socket;
    }

    /** Sends a byte at a time, faster than the time-out, until the server has had enough. */
    private static String trickle(Socket socket, byte[] endless) throws IOException {
        OutputStream out = socket.getOutputStream();
        InputStream in = socket.getInputStream();
        socket.setSoTimeout(20);
        try {
            for (int i = 0; ; i++) {
                out.write(endless[i % endless.length]);
                try {
                    if (in.read() < 0) {
                        return "closed";
                    }
                    socket.setSoTimeout(20_000);
                    return new String(in.readAllBytes(), UTF_8);
                } catch (SocketTimeoutException e) {
                    // Nothing yet, and that took the time between two bytes.
                }
            }
        } catch (SocketException e) {
            return "closed";
        }
    }

    /** One answer to its end, and no byte of the next. */
    private static String readAnswer(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) in.readNBytes(1)[0]);
        }
        Matcher length = CONTENT_LENGTH.matcher(head);
        assertThat(length.find()).as(head::toString).isTrue();
        return head + new String(in.readNBytes(Integer.parseInt(length.group(1))), UTF_8);
    }

    private String updateHead(TensorBody update) {
        return "PUT %s HTTP/1.1\r\nHost: localhost\r\n%s: %s\r\nContent-Length: %d\r\n\r\n"
                .formatted(
                        Paths.update(task.runId(), 1, "a"),
                        Paths.CHECKSUM_HEADER,
                        update.checksum(),
                        update.bytes());
    }

    @Test
    void headThatStallsIsCut() throws IOException {
        try (Socket socket = connect()) {
            socket.getOutputStream().write("GET /v1/health HTTP/1.1\r\nHos".getBytes(UTF_8));
            assertThat(new String(socket.getInputStream().readAllBytes(), UTF_8))
                    .doesNotContain("200");
        }
    }

    @Test
    void headThatTricklesIsCut() throws IOException {
        try (Socket socket = connect()) {
            socket.getOutputStream().write("GET /v1/health HTTP/1.1\r\nX: ".getBytes(UTF_8));
            assertThat(trickle(socket, new byte[] {'x'})).isEqualTo("closed");
        }
    }

    @Test
    void headThatTricklesOnAConnectionThatWasUsedIsCut() throws IOException {
        try (Socket socket = connect()) {
            OutputStream out = socket.getOutputStream();
            out.write("GET /v1/health HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(UTF_8));
            assertThat(readAnswer(socket.getInputStream())).startsWith("HTTP/1.1 200");
            out.write("GET /v1/health HTTP/1.1\r\nX: ".getBytes(UTF_8));
            assertThat(trickle(socket, new byte[] {'x'})).isEqualTo("closed");
        }
    }

    @Test
    void controlMessageThatTricklesIsCut() throws IOException {
        try (Socket socket = connect()) {
            String head =
                    "POST /v1/clients HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9999\r\n\r\n";
            socket.getOutputStream().write(head.getBytes(UTF_8));
            assertThat(trickle(socket, new byte[] {' '})).doesNotContain("200");
        }
    }

    @Test
    void updateThatTricklesIsCutAndWhatCameIsKept() throws IOException {
        TensorBody update = a.body(task, 100, 1);
        byte[] body = bytes(update);
        try (Socket socket = connect()) {
            socket.getOutputStream().write(updateHead(update).getBytes(UTF_8));
            socket.getOutputStream().write(body, 0, 4096);
            assertThat(trickle(socket, Arrays.copyOfRange(body, 4096, 8192)))
                    .doesNotContain("ACCEPTED");
        }
        String held =
                a.send("HEAD", Paths.update(task.runId(), 1, "a"), "")
                        .headers()
                        .firstValue(Paths.UPDATE_OFFSET_HEADER)
                        .orElse("none");
        assertThat(Long.parseLong(held)).isGreaterThanOrEqualTo(4096);
    }

    @Test
    void clientThatStopsReadingItsModelIsCut() throws Exception {
        server.close();
        // Larger than all buffers between the server and a client that does not read.
        open(runs.resolve("large"), VectorModel.of(8 << 20));
        try (Socket socket = connect()) {
            String get =
                    "GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n"
                            .formatted(Paths.model(task.runId(), 0));
            // This one, and that of the client that asks.
            await("the connection to be seen", () -> connections() >= 2);
            socket.getOutputStream().write(get.getBytes(UTF_8));
            await("the connection to be cut", () -> connections() < 2);
            // What the kernel held, and then the end long before the model's.
            long came = drain(socket);
            assertThat(came).isLessThan(model.layout().bytes());
        }
    }

    private static long drain(Socket socket) throws IOException {
        long came = 0;
        byte[] buffer = new byte[1 << 16];
        try {
            for (int n = socket.getInputStream().read(buffer); n >= 0; ) {
                came += n;
                n = socket.getInputStream().read(buffer);
            }
        } catch (SocketException e) {
            // Reset: also an end.
        }
        return came;
    }

    private long connections() {
        return a.send("GET", Paths.METRICS, "")
                .body()
                .lines()
                .filter(line -> line.startsWith("tributary_connections "))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(line.indexOf(' ') + 1)))
                .findFirst()
                .orElseThrow();
    }

    private static void await(String what, BooleanSupplier happened) {
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!happened.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waits for " + what).isLessThan(end);
        }
    }
}
