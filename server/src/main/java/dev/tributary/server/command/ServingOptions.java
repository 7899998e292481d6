package dev.tributary.server.command;

import dev.tributary.cli.RunsDirectoryOption;
import dev.tributary.credentials.Role;
import dev.tributary.server.ServerOptions;
import dev.tributary.server.database.DatabaseAddress;
import dev.tributary.server.store.Retention;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.io.IOException;
import java.net.URI;

/** Where a server listens, what it keeps and where, and how much it takes: whatever it leads. */
final class ServingOptions {
    @Mixin private ListenOptions listen = new ListenOptions();

    @Mixin private RunsDirectoryOption runs = new RunsDirectoryOption();

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
            names = "--database",
            paramLabel = "<url>",
            description =
                    "H2 or PostgreSQL: jdbc:h2:file:<path> or jdbc:postgresql://host/database"
                            + " (default: the file tributary.mv.db in the runs directory).")
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
        ServerOptions.Builder options =
                ServerOptions.builder(runs.directory())
                        .host(listen.host())
                        .port(listen.port(ListenOptions.SERVER_PORT));
        listen.credential(Role.SERVER).ifPresent(options::credential);
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
        listen.tell(url);
    }
}
