package dev.tributary.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tributary.config.CohortConfig;
import dev.tributary.server.FederatedServer;
import dev.tributary.server.ServerOptions;
import dev.tributary.server.VectorModel;
import dev.tributary.server.database.ReadyDatabase;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** As many connections as may be are served; the next one is asked to come later. */
@Timeout(60)
final class ConnectionLimitTest {
    private static final int MAXIMUM = 8;

    /** Whatever a test opened. */
    private final List<Socket> open = new ArrayList<>();

    @TempDir(factory = ReadyDatabase.class)
    private Path runs;

    private FederatedServer server;

    @BeforeEach
    void open() {
        server =
                FederatedServer.start(
                        OneRound.of(CohortConfig.of(1)),
                        ServerOptions.builder(runs).maximumConnections(MAXIMUM).build(),
                        VectorModel.of(4));
    }

    @AfterEach
    void close() throws IOException {
        for (Socket socket : open) {
            socket.close();
        }
        server.close();
    }

    /** Asks how the server is, on a connection that stays open. */
    private Socket ask() throws IOException {
        Socket socket = new Socket(server.url().getHost(), server.url().getPort());
        open.add(socket);
        socket.setSoTimeout(20_000);
        socket.getOutputStream()
                .write("GET /v1/health HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(UTF_8));
        return socket;
    }

    private static String status(Socket socket) throws IOException {
        return new String(socket.getInputStream().readNBytes("HTTP/1.1 200".length()), UTF_8);
    }

    /** Each of them has its answer, so that the server counts all. */
    private void fill() throws IOException {
        for (int i = 0; i < MAXIMUM; i++) {
            assertThat(status(ask())).isEqualTo("HTTP/1.1 200");
        }
    }

    @Test
    void clientBeyondTheLimitIsAskedToComeLater() throws IOException {
        fill();
        // To the end: its connection is closed.
        assertThat(new String(ask().getInputStream().readAllBytes(), UTF_8))
                .startsWith("HTTP/1.1 503")
                .containsIgnoringCase("Retry-After: 1")
                .contains("\"BUSY\"", "expected at most 8 connections");
    }

    @Test
    void clientThatComesLaterIsServed() throws IOException {
        fill();
        open.get(0).close();
        // As soon as the server has seen that one go.
        String status;
        do {
            try (Socket later = ask()) {
                status = status(later);
            }
        } while (status.equals("HTTP/1.1 503"));
        assertThat(status).isEqualTo("HTTP/1.1 200");
    }
}
