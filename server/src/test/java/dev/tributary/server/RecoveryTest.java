package dev.tributary.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.protocol.Outcome;
import dev.tributary.protocol.RoundTask;
import dev.tributary.protocol.RunStatus;
import dev.tributary.protocol.UpdateReceipt;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * A server that is started again in the middle of a round. What should happen: (1) all that counts
 * is folded again, however many that are; (2) a client that comes again with what counts is told
 * so, whatever the clock was set to meanwhile.
 */
@Timeout(60)
final class RecoveryTest {
    private static final int CLIENTS = 5;
    private static final int EXAMPLES = 100;

    private final VectorModel model = VectorModel.of(100_000);
    @TempDir private Path directory;

    private ServerOptions.Builder options(String runs) {
        return ServerOptions.builder(directory.resolve(runs));
    }

    private FederatedServer start(ServerOptions options) {
        return FederatedServer.start(CrashServer.config(CLIENTS, 1), options, model);
    }

    private List<HandClient> clients(FederatedServer server) {
        List<HandClient> clients = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            clients.add(new HandClient(server.url(), "c" + i, model.layout()));
        }
        return clients;
    }

    /** Those after the last come later. */
    private RoundTask deliver(FederatedServer server, int last) {
        List<HandClient> clients = clients(server);
        clients.forEach(client -> client.register(EXAMPLES));
        RoundTask task = clients.get(0).task();
        for (int i = 0; i <= last; i++) {
            assertThat(update(clients, task, i)).isEqualTo("accepted");
        }
        return task;
    }

    private static String update(List<HandClient> clients, RoundTask task, int i) {
        UpdateReceipt receipt = clients.get(i).update(task, EXAMPLES, i, -0.1f * i, 1);
        assertThat(receipt.outcome()).as(receipt.message()).isEqualTo(Outcome.ACCEPTED);
        return receipt.duplicate() ? "accepted before" : "accepted";
    }

    private String undisturbed() throws Exception {
        try (FederatedServer server = start(options("undisturbed").build())) {
            deliver(server, CLIENTS - 1);
            return String.valueOf(server.awaitEnd().modelSha256());
        }
    }

    private void assertEndsWith(FederatedServer server, String sha256) throws Exception {
        RunStatus end = server.awaitEnd();
        assertThat(end.modelSha256()).isEqualTo(sha256);
        assertThat(end.history()).last().matches(round -> round.accepted() == CLIENTS);
    }

    @Test
    void moreUpdatesThanTheQueueHoldsAreFoldedAgain() throws Exception {
        String expected = undisturbed();
        RoundTask task;
        try (FederatedServer server = start(options("runs").build())) {
            task = deliver(server, CLIENTS - 2);
        }
        try (FederatedServer server = start(options("runs").maximumWaiting(1).build())) {
            assertThat(update(clients(server), task, CLIENTS - 1)).isEqualTo("accepted");
            assertEndsWith(server, expected);
        }
    }

    @Test
    void clientIsKnownAgainThoughTheClockWasSetBackWhenTheRunHadBegun() throws Exception {
        String expected = undisturbed();
        RoundTask task;
        try (FederatedServer server = start(options("runs").build())) {
            task = deliver(server, 1);
        }
        beginLater();
        try (FederatedServer server = start(options("runs").build())) {
            List<HandClient> clients = clients(server);
            assertThat(update(clients, task, 0)).isEqualTo("accepted before");
            for (int i = 2; i < CLIENTS; i++) {
                assertThat(update(clients, task, i)).isEqualTo("accepted");
            }
            assertEndsWith(server, expected);
        }
    }

    /** By the clock that was right then, the run began after its clients had come. */
    private void beginLater() throws SQLException {
        String url = "jdbc:h2:" + directory.resolve("runs/tributary") + ";DATABASE_TO_LOWER=TRUE";
        try (Connection database = DriverManager.getConnection(url);
                Statement statement = database.createStatement()) {
            statement.execute("UPDATE runs SET created_at = created_at + INTERVAL '1' HOUR");
        }
    }
}
