package dev.tributary.server.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.protocol.ErrorCode;
import dev.tributary.testkit.Await;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

class PostgresDatabaseTest extends DatabaseContract {
    @RegisterExtension private static final Postgres POSTGRES = new Postgres();

    @Override
    DatabaseAddress address() {
        return DatabaseAddress.of(server().url(), Map.of());
    }

    @Test
    void workGoesOnAfterTheServerRestarted() throws Exception {
        database.rounds().open(start(1, 1));
        server().stopAtOnce();
        CompletableFuture<Void> during;
        try {
            during = CompletableFuture.runAsync(() -> close(1));
        } finally {
            server().start();
        }
        during.get(20, TimeUnit.SECONDS);
        assertThat(database.receipts().accepted(RUN, 1)).containsExactly(receipt(1, 1, "a"));
    }

    @Test
    void everyRoundToldBeforeAndAfterACrashOfTheServerCounts() throws Exception {
        AtomicInteger told = new AtomicInteger();
        CompletableFuture<Void> writer =
                CompletableFuture.runAsync(
                        () -> {
                            for (int round = 1; round <= 200; round++) {
                                database.rounds().open(start(round, 1));
                                close(round);
                                told.incrementAndGet();
                            }
                        });
        Await.until(() -> told.get() >= 50);
        server().stopAtOnce();
        server().start();
        writer.get(30, TimeUnit.SECONDS);
        assertThat(database.receipts().before(RUN, 201)).hasSize(200);
        assertThat(database.metrics().history(RUN)).hasSize(200);
    }

    private void close(int round) {
        database.rounds()
                .close(
                        RUN,
                        1,
                        new RoundEnd(round, "abc"),
                        metrics(round, null),
                        List.of(receipt(round, 1, "a")));
    }

    @Test
    void patienceEnds() throws IOException {
        DatabaseAddress hasty = address().withPatience(Duration.ofMillis(100));
        try (Database impatient = Database.open(hasty)) {
            server().stopAtOnce();
            assertThatThrownBy(() -> impatient.runs().list())
                    .isInstanceOf(DatabaseException.class)
                    .hasMessageContaining("cannot list runs")
                    .hasMessageContaining("patience is PT0.1S")
                    .extracting("code")
                    .isEqualTo(ErrorCode.BUSY);
        } finally {
            server().start();
        }
    }

    @Test
    void aDatabaseThatIsNotThereIsSaidToBeMissing() {
        assertThatThrownBy(() -> Database.open(DatabaseAddress.of(server().url("none"), Map.of())))
                .isInstanceOf(DatabaseException.class)
                .hasMessageContaining("jdbc:postgresql://%s/none", server().address())
                .hasMessageContaining(
                        "is not there: create it with PostgreSQL's createdb at %s",
                        server().address());
    }

    @Test
    void whoIsRefusedIsToldWhereAPasswordIsSaid() throws SQLException {
        try (Connection connection = DriverManager.getConnection(server().url());
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE ROLE locked LOGIN PASSWORD 'right'");
        }
        String url = "jdbc:postgresql://%s/postgres".formatted(server().address());
        for (String password : List.of("", "wrong")) {
            Map<String, String> environment =
                    Map.of(
                            DatabaseAddress.USER_VARIABLE,
                            PostgresServer.LOCKED,
                            DatabaseAddress.PASSWORD_VARIABLE,
                            password);
            assertThatThrownBy(() -> Database.open(DatabaseAddress.of(url, environment)))
                    .isInstanceOf(DatabaseException.class)
                    .hasMessageContaining(
                            url + " is refused to this user by PostgreSQL at " + server().address())
                    .hasMessageContaining("set TRIBUTARY_DATABASE_USER and")
                    .hasMessageContaining("password");
        }
        String hidden = url + "?user=locked&password=Hunter2";
        assertThatThrownBy(() -> Database.open(DatabaseAddress.of(hidden, Map.of())))
                .hasMessageContaining("user=locked&password=***")
                .message()
                .doesNotContain("Hunter2");
    }

    @ParameterizedTest
    @CsvSource({
        "jdbc:postgresql:runs, localhost:5432",
        "jdbc:postgresql:///runs, localhost:5432",
        "jdbc:postgresql://db/runs, db:5432",
        "jdbc:postgresql://db:6000/runs?user=x, db:6000",
        "jdbc:postgresql://[::1]/runs, [::1]:5432",
        "jdbc:postgresql://user:secret@db/runs, db:5432"
    })
    void whoIsToAnswerIsKnownByTheUrl(String url, String server) {
        assertThat(DatabaseAddress.of(url, Map.of()).server()).isEqualTo(server);
    }

    @Test
    void aServerThatIsNotThereCannotBeReached() {
        DatabaseAddress nobody = DatabaseAddress.of("jdbc:postgresql://127.0.0.1:1/x", Map.of());
        assertThatThrownBy(() -> Database.open(nobody))
                .isInstanceOf(DatabaseException.class)
                .hasMessageContaining("jdbc:postgresql://127.0.0.1:1/x cannot be reached")
                .hasMessageContaining("expected PostgreSQL at 127.0.0.1:1; start it")
                .hasMessageEndingWith("Connection refused")
                .extracting("code")
                .isEqualTo(ErrorCode.BUSY);
    }

    private static PostgresServer server() {
        return POSTGRES.server();
    }
}
