package dev.tributary.server.command;

import dev.tributary.cli.CredentialsOption;
import dev.tributary.credentials.Credential;
import dev.tributary.credentials.Role;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/** Where a process listens, and whom it tells; a mixin. */
final class ListenOptions {
    static final int SERVER_PORT = 8080;
    static final int RELAY_PORT = 8081;

    @Option(
            names = "--host",
            defaultValue = "127.0.0.1",
            paramLabel = "<address>",
            description = "Address to listen on (default: ${DEFAULT-VALUE}, this machine alone).")
    private String host = "127.0.0.1";

    @Option(
            names = "--port",
            paramLabel = "<port>",
            description = "Port to listen on, 0 for any (default: 8080, of a relay 8081).")
    private @Nullable Integer port;

    @Option(
            names = "--port-file",
            paramLabel = "<file>",
            description = "Write host:port there once it is bound; with --credentials, the URL.")
    private @Nullable Path portFile;

    @Mixin private CredentialsOption credentials = new CredentialsOption();

    String host() {
        return host;
    }

    /** What the user said, or the usual one. */
    int port(int usual) {
        return port == null ? usual : port;
    }

    /** Who the process is; empty if it was not said. */
    Optional<Credential> credential(Role role) {
        return credentials.read(role);
    }

    /** Tells whoever started the process where it can be reached. */
    void tell(URI url) throws IOException {
        if (portFile != null) {
            PortFile.write(portFile, url);
        }
    }
}
