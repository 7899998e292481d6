package dev.tributary.server.relay;

import com.google.gson.JsonParseException;

import dev.tributary.cli.ErrorText;
import dev.tributary.protocol.Checksum;
import dev.tributary.protocol.ErrorCode;
import dev.tributary.protocol.ErrorReply;
import dev.tributary.protocol.Json;
import dev.tributary.protocol.Paths;
import dev.tributary.protocol.UpdateReceipt;
import dev.tributary.server.round.RefusedException;

import org.jspecify.annotations.Nullable;

import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletionException;

/**
 * What the parent answered; like all that comes from the network it is hostile until checked.
 *
 * <p>Methods throw {@link RefusedException}: with the parent's own code where it refused, with
 * {@link ErrorCode#STOPPING} where there is no answer, or one that makes no sense.
 */
record ParentReply(HttpResponse<String> response) {

    /** Checks that it arrived as it was sent. */
    ParentReply {
        Optional<String> expected = response.headers().firstValue(Paths.CHECKSUM_HEADER);
        if (expected.isPresent() && !response.body().isEmpty()) {
            ByteBuffer bytes = ByteBuffer.wrap(response.body().getBytes(StandardCharsets.UTF_8));
            String found = Checksum.of(bytes);
            if (!expected.get().equals(found)) {
                throw away(
                        "an answer that arrived spoiled: expected CRC-32C %s, found %s"
                                .formatted(expected.get(), found));
            }
        }
    }

    /** The response of an exchange, if there was one. */
    static <B> HttpResponse<B> answered(
            @Nullable HttpResponse<B> response, @Nullable Throwable failure) {
        if (response != null) {
            return response;
        }
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        throw away(cause == null ? "no answer" : "no answer: " + ErrorText.of(cause));
    }

    /** The CRC-32C of a model as the parent states it; empty if there is no such model. */
    static Optional<String> checksum(HttpResponse<Path> model) {
        if (model.statusCode() == 404) {
            return Optional.empty();
        }
        if (model.statusCode() != 200) {
            throw away("status " + model.statusCode() + " in place of a model");
        }
        return Optional.of(
                model.headers()
                        .firstValue(Paths.CHECKSUM_HEADER)
                        .orElseThrow(() -> away("a model without its checksum")));
    }

    /** The body of a success. */
    String body() {
        if (response.statusCode() >= 200 && response.statusCode() < 300) {
            return response.body();
        }
        ErrorReply error = parsed(response.body(), ErrorReply.class);
        throw new RefusedException(error.code(), error.message());
    }

    /** True, if it is a success. */
    boolean succeeded() {
        String unused = body();
        return true;
    }

    /** The body as a record; empty where there is none. */
    <T extends Record> Optional<T> find(Class<T> type) {
        String body = body();
        return body.isEmpty() ? Optional.empty() : Optional.of(parsed(body, type));
    }

    /** The body as a record. */
    <T extends Record> T read(Class<T> type) {
        return find(type).orElseThrow(() -> away("nothing in place of " + type.getSimpleName()));
    }

    /** What became of an update. */
    UpdateReceipt receipt() {
        try {
            // Also where it is an error: those that speak of the update are receipts too.
            return Json.read(response.body(), UpdateReceipt.class);
        } catch (JsonParseException e) {
            return parsed(body(), UpdateReceipt.class);
        }
    }

    /** Whether the update that was asked about counts. */
    boolean accepted() {
        return response.headers().firstValue(Paths.ACCEPTED_HEADER).equals(Optional.of("true"));
    }

    private static <T extends Record> T parsed(String text, Class<T> type) {
        try {
            return Json.read(text, type);
        } catch (JsonParseException e) {
            throw away("what is no answer of a Tributary server: " + e.getMessage());
        }
    }

    private static RefusedException away(String found) {
        return new RefusedException(
                ErrorCode.STOPPING, "expected an answer of the relay's parent, found " + found);
    }
}
