package dev.tributary.server.database;

import dev.tributary.testkit.FreePort;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A real PostgreSQL server with a directory of its own. It refuses to run as root, so root starts
 * it as nobody.
 */
public final class PostgresServer implements AutoCloseable {
    private static final int NOBODY = 65534;

    /** After a crash, one call for the whole disk and not one for each of a thousand files. */
    private static final String SYNC_AT_ONCE =
            Files.exists(Path.of("/proc/self")) ? " -c recovery_init_sync_method=syncfs" : "";

    /** A role that must give its password, once somebody has created it; no other must. */
    static final String LOCKED = "locked";

    private final Path programs;
    private final Path directory;
    private final boolean root;
    private final int port;
    private boolean running;

    private PostgresServer(Path programs, Path directory, boolean root, int port) {
        this.programs = programs;
        this.directory = directory;
        this.root = root;
        this.port = port;
    }

    /**
     * The directory of {@code initdb} and {@code pg_ctl}: on the path, or where Debian has them.
     */
    public static Optional<Path> programs() throws IOException {
        List<Path> candidates = new ArrayList<>();
        for (String part : System.getenv().getOrDefault("PATH", "").split(":", -1)) {
            candidates.add(Path.of(part));
        }
        Path debian = Path.of("/usr/lib/postgresql");
        if (Files.isDirectory(debian)) {
            try (Stream<Path> versions = Files.list(debian)) {
                versions.sorted(Comparator.reverseOrder())
                        .forEach(version -> candidates.add(version.resolve("bin")));
            }
        }
        return candidates.stream()
                .filter(each -> Files.isExecutable(each.resolve("initdb")))
                .filter(each -> Files.isExecutable(each.resolve("pg_ctl")))
                .findFirst();
    }

    public static PostgresServer create(Path programs) throws IOException {
        Path directory = Files.createTempDirectory("tributary-postgres");
        boolean root = Integer.valueOf(0).equals(Files.getAttribute(directory, "unix:uid"));
        if (root) {
            Files.setAttribute(directory, "unix:uid", NOBODY);
        }
        PostgresServer server = new PostgresServer(programs, directory, root, FreePort.find());
        // Only here nothing waits for the disk: a database that is not there yet has nothing to
        // lose.
        server.run(
                "initdb",
                "--no-sync",
                "-D",
                server.data(),
                "-U",
                "tributary",
                "-A",
                "trust",
                "-E",
                "UTF8");
        server.askForPassword(LOCKED);
        server.start();
        return server;
    }

    /** An empty database again, for the next test; whatever the last one left. */
    public void clear() throws IOException {
        if (!running) {
            start();
        }
        try (Connection connection = DriverManager.getConnection(url());
                Statement statement = connection.createStatement()) {
            statement.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public");
        } catch (SQLException e) {
            throw new IOException(e);
        }
    }

    public void start() throws IOException {
        // Durable as shipped: no fsync=off here, a restart must find what was committed.
        String options = "-p %d -k %s -h 127.0.0.1%s".formatted(port, directory, SYNC_AT_ONCE);
        String log = directory.resolve("log").toString();
        run("pg_ctl", "-D", data(), "-w", "-t", "30", "-l", log, "-o", options, "start");
        running = true;
    }

    /** As a crash: no checkpoint, connections cut. */
    public void stopAtOnce() throws IOException {
        run("pg_ctl", "-D", data(), "-w", "-t", "30", "-m", "immediate", "stop");
        running = false;
    }

    /** Of the database that {@code initdb} made. */
    public String url() {
        return url("postgres");
    }

    String url(String database) {
        return "jdbc:postgresql://127.0.0.1:%d/%s?user=tributary".formatted(port, database);
    }

    @Override
    public void close() throws IOException {
        if (running) {
            stopAtOnce();
        }
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    /** The first line that fits counts. */
    private void askForPassword(String role) throws IOException {
        Path rules = Path.of(data()).resolve("pg_hba.conf");
        String first = "host all %s 127.0.0.1/32 scram-sha-256%n".formatted(role);
        Files.writeString(rules, first + Files.readString(rules));
    }

    String address() {
        return "127.0.0.1:" + port;
    }

    private String data() {
        return directory.resolve("data").toString();
    }

    private void run(String program, String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        if (root) {
            command.addAll(List.of("setpriv", "--reuid", "" + NOBODY, "--clear-groups"));
        }
        command.add(programs.resolve(program).toString());
        command.addAll(List.of(arguments));
        Path output = directory.resolve(program + ".out");
        Process process =
                new ProcessBuilder(command)
                        .directory(directory.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start();
        try {
            if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
                process.destroyForcibly();
                throw new IOException(command + " failed: " + Files.readString(output));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }
}
