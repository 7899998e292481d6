package dev.tributary.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.config.CohortConfig;
import dev.tributary.parameters.ParameterLayout;
import dev.tributary.protocol.Outcome;
import dev.tributary.protocol.Paths;
import dev.tributary.protocol.RoundTask;
import dev.tributary.protocol.RunStatus;
import dev.tributary.server.FederatedServer;
import dev.tributary.server.HandClient;
import dev.tributary.server.ServerOptions;
import dev.tributary.server.VectorModel;
import dev.tributary.server.database.ReadyDatabase;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;

/**
 * A round of two clients, moved by hand. After each test with something wrong in it they finish the
 * run: the server is unharmed.
 */
abstract class RoundOfTwo {
    static final long MAX_UPDATE = 50_000;

    final VectorModel model = VectorModel.of(50, 20);
    final ParameterLayout layout = model.layout();

    @TempDir(factory = ReadyDatabase.class)
    Path runs;

    FederatedServer server;
    HandClient a;
    HandClient b;

    @BeforeEach
    void start() {
        ServerOptions options =
                ServerOptions.builder(runs)
                        .maximumUpdateBytes(MAX_UPDATE)
                        .poll(Duration.ofMillis(200))
                        .build();
        server = FederatedServer.start(OneRound.of(CohortConfig.of(2)), options, model);
        a = new HandClient(server.url(), "a", layout).register(100);
        b = new HandClient(server.url(), "b", layout);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    /** Opens round 1. */
    RoundTask open() {
        b.register(100);
        return a.task();
    }

    void finishUnharmed() {
        RoundTask task = a.task();
        assertThat(a.update(task, 100, 1).outcome()).isEqualTo(Outcome.ACCEPTED);
        finishWithB();
    }

    void finishWithB() {
        assertThat(b.update(b.task(), 100, 1).outcome()).isEqualTo(Outcome.ACCEPTED);
        RunStatus last = server.awaitEnd();
        assertThat(last.state()).isEqualTo(RunStatus.State.FINISHED);
        assertThat(last.history().get(0).accepted()).isEqualTo(2);
    }

    String metrics() {
        return a.send("GET", Paths.METRICS, "").body();
    }
}
