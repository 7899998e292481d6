package dev.tributary.agent.runs;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;

import dev.tributary.cli.CredentialsOption;
import dev.tributary.cli.ErrorText;
import dev.tributary.credentials.Credential;
import dev.tributary.credentials.CredentialDirectory;
import dev.tributary.protocol.Json;
import dev.tributary.protocol.RunStatus;
import dev.tributary.testkit.FreePort;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;

/**
 * The commands with credentials, against a server that speaks TLS. What should happen: (1) hints
 * work as they stand. What should not: (2) a failure is told in the words of a library.
 */
@Timeout(60)
final class SecureRunCommandsTest {
    private static final char[] NONE = new char[0];

    @TempDir private Path directory;

    private final StringWriter out = new StringWriter();
    private String failure = "";
    private HttpsServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(
                new HttpsConfigurator(
                        Credential.read(credentials("ours").resolve("server.p12"), NONE).tls()));
        server.createContext("/", SecureRunCommandsTest::answer);
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void hintAfterASubmissionFollowsTheRunAsItStands() throws IOException {
        Path file = directory.resolve("run.yaml");
        Files.writeString(file, "name: digits\n");
        assertThat(run("submit", file.toString(), "--server", url(), "--credentials", operator()))
                .isZero();
        String hint = out.toString().split("'", -1)[1];
        assertThat(hint)
                .isEqualTo(
                        "tributary run watch digits-1 --server %s --credentials %s"
                                .formatted(url(), operator()));
        assertThat(run(hint.replace("tributary run ", "").split(" "))).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "keys/operator.p12, keys/operator.p12",
        "my keys/operator.p12, \"my keys/operator.p12\"",
        "$HOME/a\"b.p12, \"\\$HOME/a\\\"b.p12\""
    })
    void fileThatAShellWouldTakeApartIsQuoted(String file, String shown) {
        CredentialsOption option = new CredentialsOption();
        new CommandLine(CommandSpec.create().addMixin("c", spec(option)))
                .parseArgs("--credentials", file);
        assertThat(option.option()).isEqualTo(" --credentials " + shown);
    }

    @Test
    void serverThatIsNotThereIsOneLineWithARemedy() throws IOException {
        int port = FreePort.find();
        String nobody = "https://127.0.0.1:" + port;
        assertThat(run("list", "--server", nobody, "--credentials", operator())).isEqualTo(1);
        assertThat(failure)
                .isEqualTo(
                        "server %1$s does not answer: cannot connect: Connection refused; does a server with --credentials run at 127.0.0.1:%2$d?"
                                .formatted(nobody, port));
    }

    @Test
    void serverWithoutTlsIsOneLineWithARemedy() throws Exception {
        try (ServerSocket plain = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread answering = new Thread(() -> refuse(plain), "plain");
            answering.start();
            String url = "https://127.0.0.1:" + plain.getLocalPort();
            assertThat(run("list", "--server", url, "--credentials", operator())).isEqualTo(1);
            assertThat(failure)
                    .isEqualTo(
                            "server %s: expected TLS, found something else; does the server run with --credentials? without, its URL begins with http://"
                                    .formatted(url));
            answering.join();
        }
    }

    /** As servers do that speak HTTP alone. */
    private static void refuse(ServerSocket plain) {
        try (Socket socket = plain.accept()) {
            assertThat(socket.getInputStream().read()).isNotNegative();
            socket.getOutputStream()
                    .write(
                            "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"
                                    .getBytes(StandardCharsets.US_ASCII));
            socket.shutdownOutput();
            assertThat(socket.getInputStream().readAllBytes()).isNotEmpty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void whoComesWithoutCredentialsIsToldToNameThem() {
        assertThat(run("list", "--server", url())).isEqualTo(1);
        assertThat(failure)
                .startsWith("server " + url() + ": the server's certificate is of an authority")
                .contains("--credentials with a file of the server's federation")
                .doesNotContain("PKIX", "sun.security");
    }

    @Test
    void whoComesFromAnotherFederationIsToldOfBoth() throws IOException {
        Path theirs = credentials("theirs");
        Path stranger = theirs.resolve("operator.p12");
        assertThat(run("list", "--server", url(), "--credentials", stranger.toString()))
                .isEqualTo(1);
        assertThat(failure)
                .contains(
                        "expected one of " + authority(theirs),
                        "found one of " + authority(directory.resolve("ours")),
                        "made in one directory")
                .doesNotContain("PKIX", "sun.security");
    }

    private Path credentials(String name) throws IOException {
        Path home = directory.resolve(name);
        CredentialDirectory made = CredentialDirectory.open(home, NONE, Clock.systemUTC());
        made.server(List.of("server.example.org"));
        made.operator();
        assertThat(made.write()).hasSize(3);
        return home;
    }

    private static String authority(Path home) {
        return Credential.read(home.resolve("operator.p12"), NONE).authority();
    }

    private String operator() {
        return directory.resolve("ours").resolve("operator.p12").toString();
    }

    private String url() {
        return "https://127.0.0.1:" + server.getAddress().getPort();
    }

    private int run(String... arguments) {
        CommandLine line = new CommandLine(new RunCommand());
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(out, true));
        line.setExecutionExceptionHandler(
                (exception, ignored, parsed) -> {
                    failure = ErrorText.of(exception);
                    return 1;
                });
        return line.execute(arguments);
    }

    /** There is one run, and it has ended. */
    private static void answer(HttpExchange exchange) throws IOException {
        RunStatus run =
                new RunStatus(
                        "digits-1",
                        RunStatus.State.FINISHED,
                        "",
                        1,
                        1,
                        1,
                        "mlp",
                        "digits",
                        1,
                        "cpu",
                        1,
                        1,
                        1.0,
                        1,
                        1,
                        "abc",
                        List.of(),
                        List.of(),
                        List.of());
        exchange.getRequestBody().readAllBytes();
        byte[] body = Json.write(run).getBytes(StandardCharsets.UTF_8);
        int status = exchange.getRequestMethod().equals("POST") ? 201 : 200;
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private static CommandSpec spec(CredentialsOption option) {
        return CommandSpec.forAnnotatedObject(option);
    }
}
