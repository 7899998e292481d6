package dev.tributary.server.database;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
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

    /** A role that must give its password, once somebody has created it; no other must. */
    static final String LOCKED = "locked";

    private final Path programs;
    private final Path directory;
    private final boolean root;
    private final int port;

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
        PostgresServer server = new PostgresServer(programs, directory, root, freePort());
        server.run("initdb", "-D", server.data(), "-U", "tributary", "-A", "trust", "-E", "UTF8");
        server.askForPassword(LOCKED);
        server.start();
        return server;
    }

    public void start() throws IOException {
        // Durable as shipped: no fsync=off here, a restart must find what was committed.
        String options = "-p %d -k %s -h 127.0.0.1".formatted(port, directory);
        String log = directory.resolve("log").toString();
        run("pg_ctl", "-D", data(), "-w", "-t", "30", "-l", log, "-o", options, "start");
    }

    /** As a crash: no checkpoint, connections cut. */
    public void stopAtOnce() throws IOException {
        run("pg_ctl", "-D", data(), "-w", "-t", "30", "-m", "immediate", "stop");
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
        stopAtOnce();
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

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
