package dev.tributary.server.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.protocol.RoundMetrics;
import dev.tributary.protocol.RunStatus;
import dev.tributary.server.database.Database;
import dev.tributary.server.database.DatabaseAddress;
import dev.tributary.server.database.NewRun;
import dev.tributary.server.database.Receipt;
import dev.tributary.server.database.RoundEnd;
import dev.tributary.server.database.RoundStart;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * What should not happen: (1) a receipt counts in a round that the database does not have; (2) a
 * round opens before the one before it is closed.
 */
@Timeout(30)
final class DatabaseLedgerTest {
    private static final String RUN = "digits-1";

    @TempDir private Path directory;
    private Database database;
    private ReceiptLog log;
    private DatabaseLedger ledger;

    @BeforeEach
    void open() throws IOException {
        database = Database.open(DatabaseAddress.inDirectory(directory));
        database.runs().create(new NewRun(RUN, "digits", "rounds: 3", 1), RunStatus.State.RUNNING);
        log = ReceiptLog.open(directory.resolve("receipts.log"), RUN);
        ledger = new DatabaseLedger(RUN, database, log);
    }

    @AfterEach
    void close() throws IOException {
        ledger.close();
        log.close();
        database.close();
    }

    private static RoundStart start(int round) {
        return new RoundStart(RUN, round, 1, List.of("a"), round - 1);
    }

    private static List<Receipt> receipts(int round) {
        return List.of(new Receipt(RUN, round, 1, "a", "c0ffee", 100, "r-a", 10, 10, 0.5));
    }

    private CompletableFuture<Void> close(int round, Path model) {
        return ledger.close(
                1,
                new RoundEnd(round, "abc"),
                new RoundMetrics(
                        round, round, 1, 1, 0, 0, null, null, null, null, null, 0, 0, 1, 0),
                new ModelVersion(round, model, 0, 0, "abc"),
                receipts(round));
    }

    private void assertTakesNone(int round) throws IOException {
        log.close();
        try (ReceiptLog again = ReceiptLog.open(directory.resolve("receipts.log"), RUN)) {
            assertThat(again.found(round, 1)).isEmpty();
        }
    }

    /** Another server has closed it, say. */
    private void closeElsewhere(int round) {
        database.rounds().open(start(round));
        RoundMetrics metrics =
                new RoundMetrics(
                        round, round, 1, 1, 0, 0, null, null, null, null, null, 0, 0, 1, 0);
        database.rounds().close(RUN, 1, new RoundEnd(round, "other"), metrics, receipts(round));
    }

    @Test
    void roundThatCouldNotBeOpenedTakesNoReceipts() throws IOException {
        closeElsewhere(1);
        assertThatThrownBy(ledger.open(start(1))::join).hasMessageContaining("closed with");
        assertThatThrownBy(ledger.accept(receipts(1))::join).hasMessageContaining("closed with");
        assertTakesNone(1);
    }

    @Test
    void receiptThatWaitedForARoundThatCouldNotBeOpenedDoesNotCount() throws IOException {
        List<CompletableFuture<Void>> futures = new ArrayList<>();
        database.together(
                () -> {
                    // The ledger waits for this transaction.
                    closeElsewhere(1);
                    futures.add(ledger.open(start(1)));
                    futures.add(ledger.accept(receipts(1)));
                });
        for (CompletableFuture<Void> future : futures) {
            assertThatThrownBy(future::join).hasMessageContaining("closed with");
        }
        assertTakesNone(1);
    }

    @Test
    void roundDoesNotOpenBehindOneThatCouldNotBeClosed() throws IOException {
        ledger.open(start(1)).join();
        ledger.accept(receipts(1)).join();
        CompletableFuture<Void> closed = close(1, directory.resolve("no-such-model"));
        CompletableFuture<Void> opened = ledger.open(start(2));
        assertThatThrownBy(closed::join).hasMessageContaining("no-such-model");
        assertThatThrownBy(opened::join).hasMessageContaining("no-such-model");
        assertThatThrownBy(ledger.accept(receipts(2))::join).isNotNull();
        assertThat(database.rounds().list(RUN)).singleElement().matches(round -> round.open());
        log.close();
        try (ReceiptLog again = ReceiptLog.open(directory.resolve("receipts.log"), RUN)) {
            assertThat(again.found(1, 1)).isEqualTo(receipts(1));
        }
    }

    @Test
    void roundOpensBehindOneThatIsClosed() throws IOException {
        Path model = Files.createFile(directory.resolve("model"));
        ledger.open(start(1)).join();
        ledger.accept(receipts(1)).join();
        CompletableFuture<Void> closed = close(1, model);
        ledger.open(start(2)).join();
        assertThat(closed).isCompleted();
        assertThat(database.receipts().accepted(RUN, 1)).isEqualTo(receipts(1));
    }
}
