package dev.tributary.agent.bench;

import dev.tributary.agent.demo.ChildProcess;
import dev.tributary.agent.http.HttpCall;
import dev.tributary.agent.http.HttpReply;
import dev.tributary.agent.http.HttpTransport;
import dev.tributary.cli.CommandException;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * The yardstick: how long a web server of its own process, that knows nothing of rounds, takes to
 * send a file to so many clients at a time and to write to disk what they send back.
 *
 * <p>The same Jetty, the same client code, the same bytes; the files that come are forced to disk
 * before they are answered for, as updates are.
 */
final class PlainHttp implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final Duration START = Duration.ofSeconds(60);
    private static final Duration END = Duration.ofSeconds(5);

    private final SharedPayload payload;
    private final ChildProcess server;
    private final ExecutorService threads;
    private final List<HttpTransport> transports = new ArrayList<>();

    /**
     * Starts the web server.
     *
     * @param directory exists and is empty but for the file to send, {@code model}
     * @param payload what that file holds
     * @param clients at a time
     */
    PlainHttp(Path directory, SharedPayload payload, int clients)
            throws IOException, InterruptedException {
        this.payload = payload;
        Path portFile = directory.resolve("port");
        Path log = directory.resolve("plain.log");
        List<String> arguments =
                List.of("plain-http", "--port-file", portFile.toString(), directory.toString());
        server = ChildProcess.start("plain-http", List.of(), arguments, log);
        threads = Executors.newFixedThreadPool(clients);
        URI url = await(portFile, log);
        for (int i = 0; i < clients; i++) {
            transports.add(HttpTransport.open(url));
        }
    }

    /** Seconds until all clients have received the file and sent theirs. */
    double round() throws InterruptedException {
        List<Callable<Void>> work = new ArrayList<>();
        for (int i = 0; i < transports.size(); i++) {
            HttpTransport transport = transports.get(i);
            String path = "/update-" + i;
            work.add(
                    () -> {
                        exchange(transport, path);
                        return null;
                    });
        }
        long start = System.nanoTime();
        for (Future<Void> done : threads.invokeAll(work)) {
            try {
                done.get();
            } catch (ExecutionException e) {
                throw new CommandException("the plain transfer failed: " + e.getCause(), e);
            }
        }
        return (System.nanoTime() - start) / 1e9;
    }

    @Override
    public void close() {
        threads.shutdownNow();
        transports.forEach(HttpTransport::close);
        server.terminate();
        try {
            if (!server.awaitEnd(END)) {
                server.kill();
            }
        } catch (InterruptedException e) {
            server.kill();
            Thread.currentThread().interrupt();
        }
    }

    private void exchange(HttpTransport transport, String path) throws IOException {
        ok(transport.send(HttpCall.get("/model", PATIENCE), chunk -> {}));
        HttpCall put = new HttpCall("PUT", path, Map.of(), payload.chunks(), PATIENCE);
        ok(transport.send(put, null));
    }

    private static void ok(HttpReply reply) {
        if (!reply.ok()) {
            throw new CommandException("plain HTTP: expected success, found " + reply.status());
        }
    }

    private URI await(Path portFile, Path log) throws IOException, InterruptedException {
        long start = System.nanoTime();
        while (!Files.exists(portFile)) {
            if (!server.alive() || System.nanoTime() - start > START.toNanos()) {
                close();
                throw new CommandException(
                        "the plain web server did not start: " + ChildProcess.lastLine(log));
            }
            Thread.sleep(10);
        }
        return URI.create("http://" + Files.readString(portFile).strip());
    }
}
