package dev.tributary.server.database;

import dev.tributary.protocol.ErrorCode;

import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import javax.sql.DataSource;

/** Brings a database to the schema of this version, and refuses those that are not ours. */
final class Schema {
    private static final Logger LOG = LoggerFactory.getLogger(Schema.class);
    private static final String MIGRATIONS = "classpath:dev/tributary/server/database/migration";
    private static final String HISTORY = "tributary_schema";

    /** Of all migrations, in order. */
    private static final List<String> VERSIONS = List.of("1", "2");

    private static final int OLDEST_POSTGRESQL = 12;

    private Schema() {}

    /**
     * Whether all migrations were made and no others: asked at each start, since Flyway takes
     * seconds to find that there is nothing to do.
     */
    static boolean isCurrent(DataSource source) throws SQLException {
        try (Connection connection = source.getConnection()) {
            return hasHistory(connection) && applied(connection).equals(VERSIONS);
        }
    }

    private static boolean hasHistory(Connection connection) throws SQLException {
        DatabaseMetaData data = connection.getMetaData();
        try (ResultSet tables = data.getTables(null, connection.getSchema(), HISTORY, null)) {
            return tables.next();
        }
    }

    private static List<String> applied(Connection connection) throws SQLException {
        String history =
                ("SELECT \"version\", \"success\" FROM \"%s\""
                                + " WHERE \"version\" IS NOT NULL ORDER BY \"installed_rank\"")
                        .formatted(HISTORY);
        List<String> versions = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(history)) {
            while (rows.next()) {
                versions.add(rows.getBoolean(2) ? rows.getString(1) : "failed");
            }
        }
        return versions;
    }

    /** Leaves half of it when it is killed, on a database that knows no transaction over tables. */
    static void migrate(DatabaseAddress address, DataSource source) {
        Flyway flyway =
                Flyway.configure()
                        .dataSource(source)
                        .locations(MIGRATIONS)
                        .table(HISTORY)
                        .loggers("slf4j")
                        .load();
        try {
            refuseNewer(address, flyway);
            flyway.migrate();
        } catch (FlywayException e) {
            String message =
                    "%s: its tables are not those of this version of Tributary: %s"
                            .formatted(address, Transactions.cause(e));
            throw new DatabaseException(ErrorCode.INTERNAL, message, e);
        }
    }

    private static void refuseNewer(DatabaseAddress address, Flyway flyway) {
        for (MigrationInfo migration : flyway.info().all()) {
            MigrationState state = migration.getState();
            if (state == MigrationState.FUTURE_SUCCESS || state == MigrationState.FUTURE_FAILED) {
                String known =
                        Arrays.stream(flyway.info().all())
                                .filter(each -> each.getState().isResolved())
                                .map(each -> String.valueOf(each.getVersion()))
                                .reduce("none", (first, second) -> second);
                throw DatabaseException.conflict(
                        "%s: expected schema version %s or older, found %s; a newer Tributary wrote it"
                                .formatted(address, known, migration.getVersion()));
            }
        }
    }

    static void checkServer(DatabaseAddress address, DataSource source) throws SQLException {
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement()) {
            int version = connection.getMetaData().getDatabaseMajorVersion();
            if (version < OLDEST_POSTGRESQL) {
                throw DatabaseException.conflict(
                        "%s: expected PostgreSQL %d or newer, found %d"
                                .formatted(address, OLDEST_POSTGRESQL, version));
            }
            try (ResultSet fsync = statement.executeQuery("SHOW fsync")) {
                if (fsync.next() && "off".equals(fsync.getString(1))) {
                    LOG.warn(
                            "{} runs with fsync = off: a power failure may lose receipts", address);
                }
            }
        }
    }
}
