package dev.tributary.server.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tributary.protocol.Checksum;
import dev.tributary.protocol.ErrorCode;
import dev.tributary.protocol.ErrorReply;
import dev.tributary.protocol.Json;
import dev.tributary.protocol.Paths;
import dev.tributary.server.round.RefusedException;

import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/** One request and its one answer. One thread at a time. */
final class Exchange {
    /** Control messages are small; what is longer is none. */
    static final int MAX_JSON_BYTES = 64 << 10;

    private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);
    private static final String RETRY_AFTER_SECONDS = "1";

    private final Request request;
    private final Response response;
    private final Callback callback;
    private final Map<String, String> parameters;

    Exchange(
            Request request, Response response, Callback callback, Map<String, String> parameters) {
        this.request = request;
        this.response = response;
        this.callback = callback;
        this.parameters = parameters;
    }

    Request request() {
        return request;
    }

    Response response() {
        return response;
    }

    /** Who sends the request; empty where the server knows nobody by a certificate. */
    Optional<Peer> peer() {
        return Peer.of(request);
    }

    /** The client in the path. */
    String client() {
        return Ids.check("client", parameter("client"));
    }

    /** The agent in the query; null if there is none. */
    @Nullable String agent() {
        String agent = Request.extractQueryParameters(request).getValue(Paths.AGENT);
        return agent == null ? null : Ids.check(Paths.AGENT, agent);
    }

    /** A number in the path. */
    int number(String name) {
        return number(name, parameter(name));
    }

    private static int number(String name, String text) {
        try {
            int number = Integer.parseInt(text);
            if (number >= 0) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Told below, in the same words as a negative number.
        }
        throw new RefusedException(
                ErrorCode.BAD_REQUEST,
                "%s: expected a whole number, at least 0, found \"%s\""
                        .formatted(name, Ids.shown(text)));
    }

    /** The round after which the client wants to hear of rounds; before the first by default. */
    int afterRound() {
        String text = Request.extractQueryParameters(request).getValue(Paths.AFTER);
        return text == null ? -1 : number(Paths.AFTER, text);
    }

    /** A number in the query; 0 where it is not given. */
    long queryNumber(String name) {
        String given = Request.extractQueryParameters(request).getValue(name);
        String text = given == null ? "" : given;
        if (!text.matches("\\d{0,18}")) {
            throw new RefusedException(
                    ErrorCode.BAD_REQUEST,
                    "%s: expected a whole number, at least 0, found \"%s\""
                            .formatted(name, Ids.shown(text)));
        }
        return text.isEmpty() ? 0 : Long.parseLong(text);
    }

    /** The run in the path, as it stands there. */
    String run() {
        return parameter("run");
    }

    /** There is no run of the name in the path. */
    RefusedException noRun(String expected) {
        return new RefusedException(
                ErrorCode.NOT_FOUND,
                "run: %s, found \"%s\"".formatted(expected, Ids.shown(parameter("run"))));
    }

    /** A header's value; null if it is not there. */
    @Nullable String header(String name) {
        return request.getHeaders().get(name);
    }

    /** Reads a control message, then goes on. */
    <T extends Record> void read(Class<T> type, Consumer<T> then) {
        when(
                MessageBody.read(request, MAX_JSON_BYTES)
                        .thenApply(text -> MessageBody.parse(text, type)),
                then);
    }

    /** Reads a text, such as a run file or a site's statistics, then goes on. */
    void readText(int maximumBytes, Consumer<String> then) {
        when(MessageBody.read(request, maximumBytes), then);
    }

    /** Goes on when the future is done, on one of the server's threads. */
    <T> void when(CompletableFuture<T> future, Consumer<T> then) {
        follow(future.whenCompleteAsync((result, failure) -> {}, executor()), then);
    }

    /** As {@link #when}, for a future that is done on one of the server's threads. */
    <T> void follow(CompletableFuture<T> future, Consumer<T> then) {
        CompletableFuture<Void> unused =
                future.thenAccept(then)
                        .exceptionally(
                                failure -> {
                                    fail(failure);
                                    return null;
                                });
    }

    /** Goes on at once if the future is done, else {@link #when} it is. */
    <T> void whenNow(CompletableFuture<T> future, Consumer<T> then) {
        if (future.isDone() && !future.isCompletedExceptionally()) {
            then.accept(future.join());
        } else {
            when(future, then);
        }
    }

    /** The server's threads. */
    Executor executor() {
        return request.getComponents().getExecutor();
    }

    /** Answers with JSON. */
    void json(int status, Object value) {
        text(status, Paths.JSON, Json.write(value));
    }

    /** Answers with text. */
    void text(int status, String type, String text) {
        ByteBuffer body = ByteBuffer.wrap(text.getBytes(UTF_8));
        response.setStatus(status);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, type);
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, body.remaining());
        response.getHeaders().put(Paths.CHECKSUM_HEADER, Checksum.of(body));
        response.write(true, body, afterDrain());
    }

    /** Answers without a body. */
    void empty(int status) {
        response.setStatus(status);
        response.write(true, BufferUtil.EMPTY_BUFFER, afterDrain());
    }

    /** Answers that the request is not carried out. */
    void error(ErrorCode code, String message) {
        if (code.passes()) {
            response.getHeaders().put(HttpHeader.RETRY_AFTER, RETRY_AFTER_SECONDS);
        }
        json(code.httpStatus(), new ErrorReply(code, message));
    }

    /** Answers for a failure; what the client cannot help is logged. */
    void fail(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        if (cause instanceof RefusedException refused) {
            error(refused.code(), String.valueOf(refused.getMessage()));
        } else if (response.isCommitted()) {
            callback.failed(cause);
        } else {
            LOG.error("{} {} failed", request.getMethod(), request.getHttpURI().getPath(), cause);
            error(ErrorCode.INTERNAL, "the server failed; its log says how");
        }
    }

    /**
     * The end of the exchange, for who writes the answer; reads what is left of the request first,
     * so that a client that still sends gets to see the answer.
     */
    Callback afterDrain() {
        return Callback.from(() -> new Drain(request, callback).run(), callback::failed);
    }

    private String parameter(String name) {
        return parameters.getOrDefault(name, "");
    }
}
