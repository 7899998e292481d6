package dev.tributary.data.table;

import dev.tributary.data.BadExamples;
import dev.tributary.data.DataException;
import dev.tributary.data.DataFile;
import dev.tributary.plugin.Plugins;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;

/**
 * A database and the queries for its rows, from a properties file beside the data.
 *
 * <p>They are not options: a run file may come from another machine, and is kept and shown, so it
 * should neither hold passwords nor say what a database here is asked.
 *
 * @param file where the settings are
 * @param settings {@code url}, {@code user}, {@code password}, {@code train}, {@code test}
 */
record SqlDatabase(Path file, Properties settings) {
    private static final Set<String> KEYS = Set.of("url", "user", "password", "train", "test");
    private static final int ROWS_AT_ONCE = 1000;

    /**
     * Reads the settings.
     *
     * @throws DataException if there is no such file, or it holds other keys
     */
    static SqlDatabase read(Path file) {
        Properties settings = new Properties();
        try (Reader text = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            settings.load(text);
        } catch (IOException | IllegalArgumentException e) {
            throw DataFile.unreadable(file, e);
        }
        if (!KEYS.containsAll(settings.stringPropertyNames())) {
            throw new DataException(
                    "%s: expected keys among %s, found %s"
                            .formatted(
                                    file,
                                    new TreeSet<>(KEYS),
                                    new TreeSet<>(settings.stringPropertyNames())));
        }
        return new SqlDatabase(file, settings);
    }

    /**
     * Asks for rows.
     *
     * @param part which query: {@code train} or {@code test}
     * @param missing what an unknown value reads besides NULL and nothing
     * @param bad told if there is no row
     * @throws DataException if there is no such query, or the database does not answer it
     */
    CsvTable rows(String part, Set<String> missing, BadExamples bad) {
        String query = setting(part);
        String source = file + ", query \"" + part + '"';
        try (Connection connection = connect()) {
            connection.setReadOnly(true);
            // Without it, some drivers hold all rows twice.
            connection.setAutoCommit(false);
            try (Statement statement = connection.createStatement()) {
                statement.setFetchSize(ROWS_AT_ONCE);
                try (ResultSet found = statement.executeQuery(query)) {
                    CsvTable table = ResultTable.read(source, found, missing);
                    if (table.rowCount() == 0) {
                        bad.report(source, "row", 0);
                    }
                    // Some drivers close no connection within a transaction.
                    connection.rollback();
                    return table;
                }
            }
        } catch (SQLException e) {
            throw new DataException(
                    "%s: expected rows from the database, found: %s"
                            .formatted(source, e.getMessage()),
                    e);
        }
    }

    /** Not by DriverManager, which does not see the drivers of plug-ins. */
    private Connection connect() throws SQLException {
        String url = setting("url");
        Properties login = new Properties();
        for (String key : Set.of("user", "password")) {
            if (settings.containsKey(key)) {
                login.setProperty(key, settings.getProperty(key));
            }
        }
        for (Driver driver : Plugins.services(Driver.class)) {
            Connection connection = driver.acceptsURL(url) ? driver.connect(url, login) : null;
            if (connection != null) {
                return connection;
            }
        }
        throw new DataException(
                "%s: expected a database driver for \"%s\" on the class path or in --plugins, found none"
                        .formatted(file, url.replaceAll("[?;].*", "...")));
    }

    private String setting(String key) {
        String value = settings.getProperty(key, "").strip();
        if (value.isEmpty()) {
            throw new DataException("%s: expected the key \"%s\", found none".formatted(file, key));
        }
        return value;
    }
}
