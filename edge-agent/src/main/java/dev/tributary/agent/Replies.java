package dev.tributary.agent;

import com.google.gson.JsonParseException;

import dev.tributary.agent.Retry.TryLaterException;
import dev.tributary.agent.http.HttpReply;
import dev.tributary.protocol.ErrorCode;
import dev.tributary.protocol.ErrorReply;
import dev.tributary.protocol.Json;

import java.io.IOException;
import java.net.ProtocolException;
import java.util.Optional;
import java.util.Set;

/** What a server's answers mean; typed by their {@link ErrorCode} where they are no success. */
final class Replies {
    private static final Set<Integer> OF_PROXIES = Set.of(502, 503, 504);

    private final String server;

    Replies(String server) {
        this.server = server;
    }

    /** The record in a successful answer. */
    <T extends Record> T record(HttpReply reply, Class<T> type) throws IOException {
        return parsed(checked(reply), type);
    }

    /**
     * The answer, unless it says that the request was changed on the way.
     *
     * @throws IOException then: the same request may succeed
     */
    HttpReply unspoiled(HttpReply reply) throws IOException {
        Optional<ErrorReply> error = reply.ok() ? Optional.empty() : error(reply);
        if (error.isPresent() && error.get().code() == ErrorCode.CHECKSUM_MISMATCH) {
            throw new IOException("the server got it spoiled: " + error.get().message());
        }
        return reply;
    }

    /** The record in an answer that was checked, unless it is empty. */
    <T extends Record> Optional<T> optional(HttpReply reply, Class<T> type) throws IOException {
        return reply.text().isEmpty() ? Optional.empty() : Optional.of(parsed(reply, type));
    }

    /** The record in an answer that was checked. */
    <T extends Record> T parsed(HttpReply reply, Class<T> type) throws ProtocolException {
        try {
            return Json.read(reply.text(), type);
        } catch (JsonParseException e) {
            throw notTributary(
                    "status " + reply.status() + " with a body that is none: " + e.getMessage());
        }
    }

    /**
     * The answer itself, if it is a success.
     *
     * @throws TryLaterException if the same request may succeed later
     * @throws ServerRefusedException if it will not
     * @throws ProtocolException if this is no answer of a Tributary server
     */
    HttpReply checked(HttpReply reply) throws IOException {
        if (reply.ok()) {
            return reply;
        }
        Optional<ErrorReply> error = error(reply);
        if (error.isEmpty()) {
            if (OF_PROXIES.contains(reply.status())) {
                throw new TryLaterException("status " + reply.status(), reply.retryAfter());
            }
            throw notTributary("status " + reply.status() + " without its error code");
        }
        throw refusal(reply, error.get());
    }

    private ServerRefusedException refusal(HttpReply reply, ErrorReply error)
            throws TryLaterException {
        ErrorCode code = error.code();
        if (code.passes()) {
            boolean present = code.blame() == ErrorCode.Blame.RESOURCES;
            throw new TryLaterException(code + ": " + error.message(), reply.retryAfter(), present);
        }
        return new ServerRefusedException(
                code, "server %s: %s: %s".formatted(server, code, error.message()));
    }

    private static Optional<ErrorReply> error(HttpReply reply) {
        try {
            return Optional.of(Json.read(reply.text(), ErrorReply.class));
        } catch (JsonParseException e) {
            return Optional.empty();
        }
    }

    private static ProtocolException notTributary(String found) {
        return new ProtocolException(
                "expected an answer of a Tributary server, found %s; check the URL"
                        .formatted(found));
    }
}
