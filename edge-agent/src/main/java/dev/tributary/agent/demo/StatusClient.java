package dev.tributary.agent.demo;

import com.google.gson.JsonArray;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;

import dev.tributary.agent.http.HttpCall;
import dev.tributary.agent.http.HttpReply;
import dev.tributary.agent.http.HttpTransport;
import dev.tributary.cli.CommandException;
import dev.tributary.protocol.Json;
import dev.tributary.protocol.Paths;
import dev.tributary.protocol.RunStatus;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/** Asks a server with one run how that is. One thread at a time. */
final class StatusClient implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final HttpTransport transport;

    StatusClient(URI server) {
        transport = HttpTransport.open(server);
    }

    /** The server's run; empty if the server does not answer or has none yet. */
    Optional<RunStatus> poll() {
        try {
            HttpReply reply = transport.send(HttpCall.get(Paths.RUNS, PATIENCE), null);
            return reply.ok() ? first(reply.text()) : Optional.empty();
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

    private static Optional<RunStatus> first(String text) {
        JsonArray runs = JsonParser.parseString(text).getAsJsonArray();
        return runs.isEmpty()
                ? Optional.empty()
                : Optional.of(Json.read(runs.get(0).toString(), RunStatus.class));
    }
}
