package dev.tributary.server.bench;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;

import dev.tributary.cli.CommandProvider;

import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;

/**
 * {@code tributary plain-http}: the web server beside which {@code bench server} is measured.
 *
 * <p>Listens on loopback only, for as long as the process lives. It takes files from anyone who can
 * reach it, and is of no use but for measuring.
 */
@Command(
        name = "plain-http",
        hidden = true,
        description = "Sends and takes files on loopback, for 'bench server'.")
public final class PlainHttpCommand implements CommandProvider, Callable<Integer> {
    private static final int INPUT_BUFFER_BYTES = 1 << 18;
    private static final int LAST = 1000;

    @Parameters(paramLabel = "<dir>", description = "Where the files are.")
    private Path directory = Path.of(".");

    @Option(
            names = "--port-file",
            required = true,
            paramLabel = "<file>",
            description = "Write host:port there once it is bound.")
    private @Nullable Path portFile;

    /** For the service loader. */
    public PlainHttpCommand() {}

    @Override
    public int order() {
        return LAST;
    }

    @Override
    public Integer call() throws Exception {
        HttpConnectionFactory http = new HttpConnectionFactory();
        http.setInputBufferSize(INPUT_BUFFER_BYTES);
        Server server = new Server();
        ServerConnector connector = new ServerConnector(server, http);
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        server.setHandler(new FileHandler(directory));
        server.start();
        Path told = portFile == null ? directory.resolve("port") : portFile;
        Path unfinished = told.resolveSibling(told.getFileName() + ".tmp");
        Files.writeString(unfinished, "127.0.0.1:" + connector.getLocalPort() + "\n", UTF_8);
        Files.move(unfinished, told, ATOMIC_MOVE, REPLACE_EXISTING);
        server.join();
        return 0;
    }
}
