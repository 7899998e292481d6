package dev.tributary.server.command;

import dev.tributary.server.ServerOptions;
import dev.tributary.server.database.DatabaseAddress;
import dev.tributary.server.store.Retention;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;

/** Where a server listens, what it keeps and where, and how much it takes: whatever it leads. */
final class ServingOptions {
    @Option(
            names = "--host",
            defaultValue = "127.0.0.1",
            paramLabel = "<address>",
            description = "Address to listen on (default: ${DEFAULT-VALUE}, this machine alone).")
    private String host = "127.0.0.1";

    @Option(
            names = "--port",
            defaultValue = "8080",
            paramLabel = "<port>",
            description = "Port to listen on, 0 for any (default: ${DEFAULT-VALUE}).")
    private int port;

    @Option(
            names = "--runs-dir",
            defaultValue = "runs",
            paramLabel = "<dir>",
            description = "Holds a directory for each run (default: ${DEFAULT-VALUE}).")
    private Path runsDirectory = Path.of("runs");

    @Option(
            names = "--max-update-bytes",
            paramLabel = "<bytes>",
            description = "Refuse longer updates (default: what the model needs).")
    private @Nullable Long maximumUpdateBytes;

    @Option(
            names = "--max-connections",
            defaultValue = "20000",
            paramLabel = "<n>",
            description = "Ask clients beyond so many to come later (default: ${DEFAULT-VALUE}).")
    private int maximumConnections;

    @Option(
            names = "--port-file",
            paramLabel = "<file>",
            description = "Write host:port there once it is bound.")
    private @Nullable Path portFile;

    @Option(
            names = "--database",
            paramLabel = "<url>",
            description = {
                "jdbc:postgresql://host/database or jdbc:h2:file:<path>",
                "(default: the file tributary.mv.db in the runs directory)."
            })
    private @Nullable String database;

    @Option(
            names = "--keep-versions",
            defaultValue = "2",
            paramLabel = "<n>",
            description = "Versions of the model to keep, newest first (default: 2).")
    private int keepVersions = 2;

    @Option(
            names = "--keep-every",
            defaultValue = "0",
            paramLabel = "<n>",
            description = "Keep every n-th version, also after the run (default: 0, none).")
    private int keepEvery;

    /** What was said, to be added to. */
    ServerOptions.Builder toBuilder() {
        ServerOptions.Builder options = ServerOptions.builder(runsDirectory).host(host).port(port);
        options.maximumConnections(maximumConnections);
        options.retention(new Retention(keepVersions, keepEvery));
        if (database != null) {
            options.database(DatabaseAddress.of(database, System.getenv()));
        }
        if (maximumUpdateBytes != null) {
            options.maximumUpdateBytes(maximumUpdateBytes);
        }
        return options;
    }

    /** Tells whoever started the server where it can be reached. */
    void tellPort(URI url) throws IOException {
        if (portFile != null) {
            PortFile.write(portFile, url);
        }
    }
}
