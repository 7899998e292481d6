package dev.tributary.server.database;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool.PoolInitializationException;

import org.jdbi.v3.core.Jdbi;

import java.io.IOException;
import java.sql.SQLException;
import java.util.Map;

/**
 * An open database and its repositories.
 *
 * <p>Thread-safe. A file belongs to one server at a time.
 */
public final class Database implements AutoCloseable {
    private static final int CONNECTIONS = 4;
    private static final long CONNECTION_TIMEOUT_MILLIS = 2000;

    /** Else a server that vanished without a word would hold a thread for hours. */
    private static final Map<String, String> POSTGRESQL_PROPERTIES =
            Map.of(
                    "connectTimeout", "5",
                    "socketTimeout", "30",
                    "tcpKeepAlive", "true",
                    "ApplicationName", "tributary");

    /** A receipt means: on disk. Stronger settings of the server are left as they are. */
    private static final String SYNCHRONOUS =
            "SELECT set_config('synchronous_commit', 'on', false)"
                    + " WHERE current_setting('synchronous_commit') = 'off'";

    private final HikariDataSource pool;
    private final Transactions transactions;

    private Database(DatabaseAddress address, HikariDataSource pool) {
        this.pool = pool;
        this.transactions = new Transactions(address, Jdbi.create(pool));
    }

    /**
     * Connects, and creates or updates the tables.
     *
     * @throws DatabaseException if the database cannot be reached, is in use by another server, or
     *     is not one of this version of Tributary or an older one
     */
    public static Database open(DatabaseAddress address) {
        try {
            return new Database(address, address.embedded() ? file(address) : server(address));
        } catch (SQLException | IOException e) {
            throw OpenFailure.of(address, e);
        }
    }

    private static HikariDataSource server(DatabaseAddress address) throws SQLException {
        HikariDataSource pool = connect(address);
        try {
            Schema.checkServer(address, pool);
            if (!Schema.isCurrent(pool)) {
                Schema.migrate(address, pool);
            }
            return pool;
        } catch (SQLException | RuntimeException e) {
            pool.close();
            throw e;
        }
    }

    private static HikariDataSource file(DatabaseAddress address) throws SQLException, IOException {
        DatabaseFile file = new DatabaseFile(address);
        if (file.exists()) {
            HikariDataSource pool = connect(address);
            boolean current = false;
            try {
                current = Schema.isCurrent(pool);
            } finally {
                if (!current) {
                    pool.close();
                }
            }
            if (current) {
                return pool;
            }
        }
        file.replace(address, Database::isOutdated, copy -> migrate(address, copy));
        return connect(address);
    }

    private static boolean isOutdated(DatabaseAddress address) throws SQLException {
        try (HikariDataSource pool = connect(address)) {
            return !Schema.isCurrent(pool);
        }
    }

    private static void migrate(DatabaseAddress address, DatabaseAddress copy) {
        try (HikariDataSource pool = connect(copy)) {
            Schema.migrate(address, pool);
        }
    }

    /** What was asked for. */
    public Runs runs() {
        return new Runs(transactions);
    }

    /** How far runs are. */
    public Rounds rounds() {
        return new Rounds(transactions);
    }

    /** Which updates count. */
    public Receipts receipts() {
        return new Receipts(transactions);
    }

    /** What rounds cost and reached. */
    public Metrics metrics() {
        return new Metrics(transactions);
    }

    /** What happened. */
    public Events events() {
        return new Events(transactions);
    }

    /** Who has registered. */
    public Agents agents() {
        return new Agents(transactions);
    }

    /**
     * Writes all that this thread writes within the work in one transaction, which is on disk when
     * this returns.
     *
     * @param work harmless to repeat, as it is where the database was away; nobody may be told of
     *     what it did before this returns The order counts: what is written once more finds all of
     *     it there already
     * @throws DatabaseException if the work fails, and then nothing was written
     */
    public void together(Runnable work) {
        transactions.together(work);
    }

    /** From now on no work waits for a database that is away: it fails, as what waits does. */
    public void endPatience() {
        transactions.endPatience();
    }

    /** Work that waits for a database that is away fails; all else that is under way is done. */
    @Override
    public void close() {
        endPatience();
        pool.close();
    }

    private static HikariDataSource connect(DatabaseAddress address) {
        HikariConfig config = new HikariConfig();
        config.setPoolName("database");
        config.setJdbcUrl(address.jdbcUrl());
        config.setMaximumPoolSize(CONNECTIONS);
        config.setConnectionTimeout(CONNECTION_TIMEOUT_MILLIS);
        if (address.user() != null) {
            config.setUsername(address.user());
        }
        if (address.password() != null) {
            config.setPassword(address.password());
        }
        if (address.embedded()) {
            // The file closes with its last connection, so none retires.
            config.setMaxLifetime(0);
        } else {
            POSTGRESQL_PROPERTIES.forEach(config::addDataSourceProperty);
            config.setConnectionInitSql(SYNCHRONOUS);
        }
        try {
            return new HikariDataSource(config);
        } catch (PoolInitializationException e) {
            throw OpenFailure.of(address, e);
        }
    }
}
