package dev.tributary.server.database;

import dev.tributary.protocol.ErrorCode;

import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;

import javax.sql.DataSource;

/** Brings a database to the schema of this version, and refuses those that are not ours. */
final class Schema {
    private static final Logger LOG = LoggerFactory.getLogger(Schema.class);
    private static final String MIGRATIONS = "classpath:dev/tributary/server/database/migration";
    private static final String HISTORY = "tributary_schema";
    private static final int OLDEST_POSTGRESQL = 12;

    private Schema() {}

    static void migrate(DatabaseAddress address, DataSource source) throws SQLException {
        if (!address.embedded()) {
            checkServer(address, source);
        }
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

    private static void checkServer(DatabaseAddress address, DataSource source)
            throws SQLException {
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
