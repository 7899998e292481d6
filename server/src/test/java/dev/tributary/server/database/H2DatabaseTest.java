package dev.tributary.server.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;

class H2DatabaseTest extends DatabaseContract {
    @TempDir Path directory;

    @Override
    DatabaseAddress address() {
        return DatabaseAddress.inDirectory(directory.resolve("not there yet"));
    }

    @Test
    void aFileInUseByAnotherServerIsSaidToBe() throws IOException {
        database.rounds().open(start(1, 1));
        database.close();
        Process other = RoundWriter.start(address());
        try {
            assertThat(other.inputReader().readLine()).isEqualTo("c000000");
            assertThatThrownBy(() -> Database.open(address()))
                    .isInstanceOf(DatabaseException.class)
                    .hasMessageContaining("is in use by another server")
                    .hasNoCause();
        } finally {
            other.destroyForcibly().onExit().join();
        }
        database = Database.open(address());
    }

    @Test
    void aFileThatIsNoDatabaseIsRefused() throws IOException {
        DatabaseAddress other = DatabaseAddress.inDirectory(directory);
        Files.writeString(directory.resolve("tributary.mv.db"), "not a database".repeat(1000));
        assertThatThrownBy(() -> Database.open(other))
                .isInstanceOf(DatabaseException.class)
                .hasMessageContaining("is no database that this version can read");
    }

    @Test
    void theNextStartFindsNothingToMigrate() throws SQLException {
        JdbcDataSource source = new JdbcDataSource();
        source.setURL(address().jdbcUrl());
        // Else a migration was added, and Schema does not list it.
        assertThat(Schema.isCurrent(source)).isTrue();
    }

    @Test
    void aNewerSchemaIsRefused() throws SQLException {
        database.close();
        try (Connection connection = DriverManager.getConnection(address().jdbcUrl())) {
            connection
                    .createStatement()
                    .execute(
                            "INSERT INTO \"tributary_schema\" SELECT 99, '99', 'later', type,"
                                    + " script, checksum, installed_by, installed_on,"
                                    + " execution_time, success FROM \"tributary_schema\""
                                    + " WHERE \"version\" = '1'");
        }
        assertThatThrownBy(() -> Database.open(address()))
                .isInstanceOf(DatabaseException.class)
                .hasMessageContaining("expected schema version 2 or older, found 99");
    }

    @Test
    void tablesOfSomethingElseAreLeftAlone() throws SQLException {
        DatabaseAddress other = DatabaseAddress.inDirectory(directory.resolve("other"));
        try (Connection connection = DriverManager.getConnection(other.jdbcUrl())) {
            connection.createStatement().execute("CREATE TABLE accounts (id INTEGER)");
        }
        assertThatThrownBy(() -> Database.open(other))
                .isInstanceOf(DatabaseException.class)
                .hasMessageContaining("not those of this version of Tributary");
    }

    @Test
    void otherDatabasesAreRefusedWithoutTellingPasswords() {
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> DatabaseAddress.of("jdbc:mysql://x/y?password=secret&a=b", Map.of()))
                .withMessageContaining("expected jdbc:h2:file:")
                .withMessageContaining("password=***&a=b")
                .withMessageNotContaining("secret");
    }
}
