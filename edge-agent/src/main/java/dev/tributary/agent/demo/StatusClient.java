package dev.tributary.agent.demo;

import com.google.gson.JsonArray;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;

import dev.tributary.agent.http.HttpCall;
import dev.tributary.agent.http.HttpReply;
import dev.tributary.agent.http.HttpTransport;
import dev.tributary.agent.http.ServerAddress;
import dev.tributary.cli.CommandException;
import dev.tributary.protocol.Json;
import dev.tributary.protocol.Paths;
import dev.tributary.protocol.RoundMetrics;
import dev.tributary.protocol.RunStatus;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Asks a server with one run how that is. One thread at a time.
 *
 * <p>Rounds are asked for once and remembered: their number grows, and displays poll often.
 */
final class StatusClient implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final URI server;
    private final HttpTransport transport;
    private final List<RoundMetrics> history = new ArrayList<>();
    private @Nullable String runId;

    StatusClient(ServerAddress address) {
        server = address.url();
        transport = address.open();
    }

    /** Where it asks. */
    URI server() {
        return server;
    }

    /** The server's run; empty if the server does not answer or has none yet. */
    Optional<RunStatus> poll() {
        try {
            if (runId == null) {
                runId = find();
            }
            return runId == null ? Optional.empty() : ask(runId);
        } catch (IOException e) {
            return Optional.empty();
        } catch (JsonParseException | IllegalStateException e) {
            throw new CommandException("the server's status cannot be read", e);
        }
    }

    /** Tells that a client has gone, which cannot do so itself any more. */
    void leave(String clientId) {
        try {
            transport.send(HttpCall.delete(Paths.client(clientId), PATIENCE), null);
        } catch (IOException e) {
            // Then rounds wait for it until their deadlines.
        }
    }

    @Override
    public void close() {
        transport.close();
    }

    private @Nullable String find() throws IOException {
        HttpReply reply = transport.send(HttpCall.get(Paths.RUNS, PATIENCE), null);
        if (!reply.ok()) {
            return null;
        }
        JsonArray runs = JsonParser.parseString(reply.text()).getAsJsonArray();
        return runs.isEmpty() ? null : Json.read(runs.get(0).toString(), RunStatus.class).runId();
    }

    private Optional<RunStatus> ask(String run) throws IOException {
        String path =
                history.isEmpty()
                        ? Paths.run(run)
                        : Paths.runAfter(run, history.get(history.size() - 1).round());
        HttpReply reply = transport.send(HttpCall.get(path, PATIENCE), null);
        if (!reply.ok()) {
            return Optional.empty();
        }
        RunStatus status = Json.read(reply.text(), RunStatus.class);
        history.addAll(status.history());
        return Optional.of(status.withHistory(history));
    }
}
