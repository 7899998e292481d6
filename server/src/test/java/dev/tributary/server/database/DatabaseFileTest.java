package dev.tributary.server.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.protocol.RunStatus;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** However a server ends while it makes its tables, the next one starts. */
@Timeout(60)
class DatabaseFileTest {
    @TempDir Path directory;

    @ParameterizedTest
    @ValueSource(longs = {0, 30, 100, 250})
    void aServerThatIsKilledWhileItMakesItsTablesDoesNoHarm(long millis) throws Exception {
        Process killed = RoundWriter.start(address());
        while (Files.notExists(directory.resolve("tributary-unfinished.mv.db"))) {
            assertThat(killed.isAlive()).isTrue();
            LockSupport.parkNanos(1_000_000);
        }
        LockSupport.parkNanos(millis * 1_000_000);
        killed.destroyForcibly().onExit().join();
        assertOpens();
    }

    @Test
    void aServerThatWasKilledBetweenTwoTablesDoesNoHarm() throws Exception {
        DatabaseAddress half =
                DatabaseAddress.of("jdbc:h2:file:%s-unfinished".formatted(stem()), Map.of());
        create(half, "CREATE TABLE runs (run_id VARCHAR(128) PRIMARY KEY)");
        assertOpens();
    }

    @Test
    void aServerThatWasKilledBeforeTheFirstByteDoesNoHarm() throws Exception {
        Files.createFile(directory.resolve("tributary-unfinished.mv.db"));
        Files.createFile(directory.resolve("tributary-unfinished.lock"));
        assertOpens();
    }

    @Test
    void aDatabaseWithoutTablesGetsThem() throws Exception {
        create(address(), "SELECT 1");
        assertOpens();
    }

    @Test
    void aDatabaseOfAnotherKindStaysAsItWas() throws Exception {
        create(address(), "CREATE TABLE accounts (id INTEGER)");
        assertThatThrownBy(() -> Database.open(address())).isInstanceOf(DatabaseException.class);
        assertThat(directory.resolve("tributary-unfinished.mv.db")).doesNotExist();
        create(address(), "CREATE TABLE runs AS SELECT * FROM accounts");
    }

    @Test
    void serversThatStartTogetherMakeOneDatabase() {
        CyclicBarrier open = new CyclicBarrier(4);
        ExecutorService threads = Executors.newFixedThreadPool(4);
        List<CompletableFuture<Void>> starts =
                IntStream.range(0, 4)
                        .mapToObj(
                                i ->
                                        CompletableFuture.runAsync(
                                                () -> create("run-" + i, open), threads))
                        .toList();
        starts.forEach(CompletableFuture::join);
        threads.shutdown();
        try (Database database = Database.open(address())) {
            assertThat(database.runs().list()).hasSize(4);
        }
    }

    @Test
    void settingsOfTheUrlAreKept() {
        DatabaseAddress address =
                DatabaseAddress.of(
                        "jdbc:h2:file:%s;TRACE_LEVEL_FILE=0".formatted(stem()), Map.of());
        Database.open(address).close();
        Database.open(address).close();
        assertThat(directory.resolve("tributary.mv.db")).exists();
    }

    private void create(String run, CyclicBarrier open) {
        try (Database database = Database.open(address())) {
            open.await();
            database.runs()
                    .create(new NewRun(run, "digits", "rounds: 3\n", 42), RunStatus.State.WAITING);
        } catch (InterruptedException | BrokenBarrierException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void create(DatabaseAddress address, String statement) throws SQLException {
        try (Connection connection = DriverManager.getConnection(address.jdbcUrl())) {
            connection.createStatement().execute(statement);
        }
    }

    private void assertOpens() throws IOException {
        try (Database database = Database.open(address())) {
            database.runs()
                    .create(
                            new NewRun("digits-1", "digits", "rounds: 3\n", 42),
                            RunStatus.State.WAITING);
        }
        try (Database again = Database.open(address())) {
            assertThat(again.runs().list()).hasSize(1);
        }
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files)
                    .extracting(Path::getFileName)
                    .containsExactly(Path.of("tributary.mv.db"));
        }
    }

    private DatabaseAddress address() {
        return DatabaseAddress.inDirectory(directory);
    }

    private Path stem() {
        return directory.resolve("tributary");
    }
}
