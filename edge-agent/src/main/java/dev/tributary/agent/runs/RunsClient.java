package dev.tributary.agent.runs;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;

import dev.tributary.agent.http.AnswerSink;
import dev.tributary.agent.http.HandshakeException;
import dev.tributary.agent.http.HttpCall;
import dev.tributary.agent.http.HttpReply;
import dev.tributary.agent.http.HttpTransport;
import dev.tributary.agent.http.ServerAddress;
import dev.tributary.cli.CommandException;
import dev.tributary.protocol.ErrorCode;
import dev.tributary.protocol.ErrorReply;
import dev.tributary.protocol.Json;
import dev.tributary.protocol.Paths;
import dev.tributary.protocol.RunEvent;
import dev.tributary.protocol.RunStatus;

import java.io.IOException;
import java.net.ProtocolException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A server's runs over HTTP. One thread at a time.
 *
 * <p>All methods throw {@link CommandException} if the server says no, with its reason, and {@link
 * ServerAwayException} if it says nothing, or that it cannot now.
 */
final class RunsClient implements AutoCloseable {
    /** Longer than the server lets a request for events wait. */
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    /** How the server, which is told no name, calls the file that it was given. */
    private static final Pattern SERVERS_NAME =
            Pattern.compile("^run\\.yaml(?=:)", Pattern.MULTILINE);

    private final URI server;
    private final HttpTransport transport;

    RunsClient(ServerAddress address) {
        this.server = address.url();
        this.transport = address.open();
    }

    /** The server does not answer, or cannot do it now; it may later. */
    static final class ServerAwayException extends RuntimeException {
        private static final long serialVersionUID = 1;

        private final Duration after;

        private ServerAwayException(URI server, IOException cause) {
            super(
                    (cause instanceof ProtocolException
                                    ? "%s is no Tributary server"
                                    : "server %s does not answer")
                            .formatted(server),
                    cause);
            this.after = Duration.ZERO;
        }

        private ServerAwayException(String message, Duration after) {
            super(message);
            this.after = after;
        }

        /** How long it wants to be left alone. */
        Duration after() {
            return after;
        }
    }

    /** The run file is wrong; the message has a line for each problem. */
    private static final class InvalidRunException extends RuntimeException {
        private static final long serialVersionUID = 1;

        InvalidRunException(String problems) {
            super(problems);
        }
    }

    URI server() {
        return server;
    }

    /**
     * Hands a run in.
     *
     * @param name what the file is called here, which problems are told with
     */
    RunStatus submit(String runFile, String name) {
        ByteBuffer body = ByteBuffer.wrap(runFile.getBytes(StandardCharsets.UTF_8));
        Map<String, String> headers = Map.of("Content-Type", Paths.YAML);
        try {
            return status(new HttpCall("POST", path(Paths.RUNS), headers, List.of(body), PATIENCE));
        } catch (InvalidRunException e) {
            String problems = String.valueOf(e.getMessage());
            String named =
                    SERVERS_NAME.matcher(problems).replaceAll(Matcher.quoteReplacement(name));
            throw new CommandException(named);
        }
    }

    /** All runs in brief, oldest first. */
    List<RunStatus> list() {
        return records(path(Paths.RUNS), RunStatus.class);
    }

    RunStatus show(String run) {
        return status(HttpCall.get(path(Paths.run(run)), PATIENCE));
    }

    RunStatus stop(String run) {
        return status(post(Paths.stop(run)));
    }

    RunStatus resume(String run) {
        return status(post(Paths.resume(run)));
    }

    /** The events after one that is known; waits a while for the next if there is none. */
    List<RunEvent> events(String run, long after) {
        return records(path(Paths.events(run, after)), RunEvent.class);
    }

    /** Fetches the newest model, or what is missing of it, into a sink. */
    HttpReply model(HttpCall call, AnswerSink sink) throws IOException {
        try {
            return transport.send(call, sink);
        } catch (HandshakeException e) {
            throw refused(e);
        }
    }

    HttpCall modelCall(String run) {
        return HttpCall.get(path(Paths.newestModel(run)), PATIENCE);
    }

    /** The reply, if it is a success. */
    HttpReply checked(HttpReply reply) {
        if (reply.ok()) {
            return reply;
        }
        ErrorReply error;
        try {
            error = Json.read(reply.text(), ErrorReply.class);
        } catch (JsonParseException e) {
            throw new CommandException(
                    "%s: expected an answer of a Tributary server, found status %d; check the URL"
                            .formatted(server, reply.status()),
                    e);
        }
        if (error.code() == ErrorCode.INVALID_RUN) {
            throw new InvalidRunException(error.message());
        }
        String message = "server %s: %s".formatted(server, error.message());
        if (error.code().passes()) {
            throw new ServerAwayException(message, reply.retryAfter());
        }
        throw new CommandException(message);
    }

    @Override
    public void close() {
        transport.close();
    }

    private HttpCall post(String path) {
        return new HttpCall("POST", path(path), Map.of(), List.of(), PATIENCE);
    }

    private String path(String path) {
        return server.getRawPath() + path;
    }

    private RunStatus status(HttpCall call) {
        return parsed(send(call).text(), RunStatus.class);
    }

    private <T extends Record> List<T> records(String path, Class<T> type) {
        String text = send(HttpCall.get(path, PATIENCE)).text();
        try {
            JsonArray array = JsonParser.parseString(text).getAsJsonArray();
            List<T> records = new ArrayList<>();
            for (JsonElement element : array) {
                records.add(Json.read(element.toString(), type));
            }
            return records;
        } catch (JsonParseException | IllegalStateException e) {
            throw unreadable(e);
        }
    }

    private <T extends Record> T parsed(String text, Class<T> type) {
        try {
            return Json.read(text, type);
        } catch (JsonParseException e) {
            throw unreadable(e);
        }
    }

    private CommandException unreadable(RuntimeException cause) {
        return new CommandException(
                "%s: expected an answer of a Tributary server of this version".formatted(server),
                cause);
    }

    private HttpReply send(HttpCall call) {
        try {
            return checked(transport.send(call, null));
        } catch (HandshakeException e) {
            throw refused(e);
        } catch (IOException e) {
            throw new ServerAwayException(server, e);
        }
    }

    private CommandException refused(HandshakeException failure) {
        return new CommandException(
                "server %s: %s".formatted(server, failure.getMessage()), failure);
    }
}
