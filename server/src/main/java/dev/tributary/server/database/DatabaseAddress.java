package dev.tributary.server.database;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where the database is and who asks.
 *
 * @param url {@code jdbc:h2:file:<path>} or {@code jdbc:postgresql://host/database}
 * @param user null if the URL names one, or for H2's own
 * @param password null if the URL names one, or none is needed
 * @param patience how long an operation waits for a database that went away
 */
public record DatabaseAddress(
        String url, @Nullable String user, @Nullable String password, Duration patience) {
    /** Names the user of a database, where the URL does not. */
    public static final String USER_VARIABLE = "TRIBUTARY_DATABASE_USER";

    /** Holds the password, so that it need not stand in a command line. */
    public static final String PASSWORD_VARIABLE = "TRIBUTARY_DATABASE_PASSWORD";

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String H2 = "jdbc:h2:file:";
    private static final String POSTGRESQL = "jdbc:postgresql:";
    private static final Pattern HOSTS = Pattern.compile(POSTGRESQL + "//(?:[^/@?]*@)?([^/?]*)");

    /** Checks that the URL is one of the two kinds. */
    public DatabaseAddress {
        if (!url.startsWith(H2) && !url.startsWith(POSTGRESQL)) {
            throw new IllegalArgumentException(
                    "database: expected %s<path> or %s//host/database, found %s"
                            .formatted(H2, POSTGRESQL, redact(url)));
        }
        if (patience.isNegative()) {
            throw new IllegalArgumentException("patience: expected at least 0, found " + patience);
        }
    }

    /** The default: one file in a directory, which is made if it is not there. */
    public static DatabaseAddress inDirectory(Path directory) {
        String path = directory.toAbsolutePath().normalize().resolve("tributary").toString();
        if (path.contains(";")) {
            throw new IllegalArgumentException(
                    "data directory: expected a path without ';', found " + path);
        }
        return new DatabaseAddress(H2 + path, null, null, PATIENCE);
    }

    /**
     * A URL from a command line or a file.
     *
     * @param environment may hold {@link #USER_VARIABLE} and {@link #PASSWORD_VARIABLE}
     */
    public static DatabaseAddress of(String url, Map<String, String> environment) {
        return new DatabaseAddress(
                url, environment.get(USER_VARIABLE), environment.get(PASSWORD_VARIABLE), PATIENCE);
    }

    /** The same database with another limit on waiting. */
    public DatabaseAddress withPatience(Duration limit) {
        return new DatabaseAddress(url, user, password, limit);
    }

    /** The same settings for another file of H2. */
    DatabaseAddress withFilePath(String path) {
        String settings = url.substring(H2.length() + filePath().length());
        return new DatabaseAddress(H2 + path + settings, user, password, patience);
    }

    /** The file of H2, without the suffix that H2 adds. */
    String filePath() {
        int settings = url.indexOf(';');
        return url.substring(H2.length(), settings < 0 ? url.length() : settings);
    }

    boolean embedded() {
        return url.startsWith(H2);
    }

    /**
     * The URL with the settings that the promises need.
     *
     * <p>H2 writes commits when it is asked to force them to the disk ({@link Transactions}), or
     * half a second later. Its files are opened asynchronously: an interrupted thread would close
     * an ordinary file channel and the database with it.
     */
    String jdbcUrl() {
        return embedded()
                ? "jdbc:h2:async:"
                        + url.substring(H2.length())
                        + ";MODE=PostgreSQL;DATABASE_TO_LOWER=TRUE;WRITE_DELAY=0"
                        + ";LOCK_TIMEOUT=10000;DB_CLOSE_ON_EXIT=FALSE"
                        // A round needs more different statements than the 8 that it remembers.
                        + ";QUERY_CACHE_SIZE=32"
                : url;
    }

    /** Who is to answer: host and port, with PostgreSQL's defaults where the URL names none. */
    String server() {
        Matcher hosts = HOSTS.matcher(url);
        String host = hosts.lookingAt() ? hosts.group(1) : "";
        String known = host.isEmpty() ? "localhost" : host;
        return known.matches(".*:\\d+") ? known : known + ":5432";
    }

    /** For messages and logs: without passwords. */
    @Override
    public String toString() {
        return redact(url);
    }

    private static String redact(String url) {
        return url.replaceAll("(?i)(password=)[^&;]*", "$1***").replaceAll("//[^/@]*@", "//***@");
    }
}
