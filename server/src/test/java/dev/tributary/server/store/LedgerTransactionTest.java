package dev.tributary.server.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tributary.protocol.RoundMetrics;
import dev.tributary.protocol.RunStatus;
import dev.tributary.server.database.Database;
import dev.tributary.server.database.DatabaseAddress;
import dev.tributary.server.database.NewRun;
import dev.tributary.server.database.PostgresServer;
import dev.tributary.server.database.RoundEnd;
import dev.tributary.server.database.RoundStart;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Which entries share a transaction: PostgreSQL knows of each row which one has written it. */
@Timeout(60)
final class LedgerTransactionTest {
    private static final String RUN = "digits-1";

    @TempDir private Path directory;

    @Test
    void closingAndTheOpeningBehindItAreOneTransaction() throws Exception {
        assumeTrue(PostgresServer.programs().isPresent(), "PostgreSQL is not installed here");
        ModelVersion model =
                new ModelVersion(1, Files.createFile(directory.resolve("model")), 0, 0, "abc");
        try (PostgresServer postgres =
                        PostgresServer.create(PostgresServer.programs().orElseThrow());
                Database database = Database.open(DatabaseAddress.of(postgres.url(), Map.of()));
                ReceiptLog log = ReceiptLog.open(directory.resolve("receipts.log"), RUN);
                DatabaseLedger ledger = new DatabaseLedger(RUN, database, log)) {
            database.runs().create(new NewRun(RUN, "digits", "", 1), RunStatus.State.WAITING);
            ledger.open(new RoundStart(RUN, 1, 1, List.of("a"), 0)).join();
            List<CompletableFuture<Void>> written = new ArrayList<>();
            database.together(
                    () -> {
                        // The run's row is ours: the ledger waits with its state, and all else
                        // behind that, until this transaction ends.
                        database.runs().touch(RUN);
                        written.add(ledger.state(RunStatus.State.RUNNING, ""));
                        written.add(
                                ledger.close(
                                        1, new RoundEnd(1, "abc"), metrics(), model, List.of()));
                        written.add(ledger.open(new RoundStart(RUN, 2, 1, List.of("a"), 1)));
                    });
            written.forEach(CompletableFuture::join);
            List<String> both = transactions(postgres);
            assertThat(both).hasSize(2);
            assertThat(both.get(0)).isEqualTo(both.get(1));
        }
    }

    private static RoundMetrics metrics() {
        return new RoundMetrics(1, 1, 1, 1, 0, 0, null, null, null, null, null, 0, 0, 1, 0);
    }

    /** Of the two rounds. */
    private static List<String> transactions(PostgresServer postgres) throws SQLException {
        try (Connection connection = DriverManager.getConnection(postgres.url());
                Statement statement = connection.createStatement();
                ResultSet rows =
                        statement.executeQuery("SELECT xmin::text FROM rounds ORDER BY round")) {
            List<String> transactions = new ArrayList<>();
            while (rows.next()) {
                transactions.add(rows.getString(1));
            }
            return transactions;
        }
    }
}
