package dev.tributary.server.command;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;

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
            description = "Write host:port there once it is bound.")
    private @Nullable Path portFile;

    String host() {
        return host;
    }

    /** What the user said, or the usual one. */
    int port(int usual) {
        return port == null ? usual : port;
    }

    /** Tells whoever started the process where it can be reached. */
    void tell(URI url) throws IOException {
        if (portFile != null) {
            PortFile.write(portFile, url);
        }
    }
}
