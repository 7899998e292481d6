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
import dev.tributary.protocol.RoundMetrics;
import dev.tributary.protocol.RunStatus;

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

    private final HttpTransport transport;
    private final List<RoundMetrics> history = new ArrayList<>();

    StatusClient(URI server) {
        transport = HttpTransport.open(server);
    }

    /** The server's run; empty if the server does not answer or has none yet. */
    Optional<RunStatus> poll() {
        try {
            HttpReply reply = transport.send(HttpCall.get(path(), PATIENCE), null);
            return reply.ok() ? first(reply.text()) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        } catch (JsonParseException | IllegalStateException e) {
            throw new CommandException("the server's status cannot be read", e);
        }
    }

    @Override
    public void close() {
        transport.close();
    }

    private String path() {
        return history.isEmpty()
                ? Paths.RUNS
                : Paths.runsAfter(history.get(history.size() - 1).round());
    }

    private Optional<RunStatus> first(String text) {
        JsonArray runs = JsonParser.parseString(text).getAsJsonArray();
        if (runs.isEmpty()) {
            return Optional.empty();
        }
        RunStatus status = Json.read(runs.get(0).toString(), RunStatus.class);
        history.addAll(status.history());
        return Optional.of(status.withHistory(history));
    }
}
