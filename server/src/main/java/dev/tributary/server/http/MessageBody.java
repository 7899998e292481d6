package dev.tributary.server.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.JsonParseException;

import dev.tributary.protocol.Checksum;
import dev.tributary.protocol.ErrorCode;
import dev.tributary.protocol.Json;
import dev.tributary.protocol.Paths;
import dev.tributary.server.round.RefusedException;

import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.Promise;
import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;

/** The body of a control message or a text, which is read whole and checked. */
final class MessageBody {
    private MessageBody() {}

    /**
     * Reads it, without a thread while it waits for more.
     *
     * @throws RefusedException if it is announced to be longer
     */
    static CompletableFuture<String> read(Request request, int maximumBytes) {
        if (request.getLength() > maximumBytes) {
            throw tooLong(maximumBytes);
        }
        CompletableFuture<byte[]> body = new CompletableFuture<>();
        Content.Source.asByteArrayAsync(request, maximumBytes, Promise.Invocable.toPromise(body));
        String checksum = request.getHeaders().get(Paths.CHECKSUM_HEADER);
        return body.handle((bytes, failure) -> decode(bytes, failure, checksum, maximumBytes));
    }

    /** What a text says as JSON. */
    static <T extends Record> T parse(String text, Class<T> type) {
        try {
            return Json.read(text, type);
        } catch (JsonParseException e) {
            throw new RefusedException(
                    ErrorCode.BAD_REQUEST, "body: " + Ids.line(String.valueOf(e.getMessage())));
        }
    }

    private static String decode(
            byte @Nullable [] bytes,
            @Nullable Throwable failure,
            @Nullable String checksum,
            int maximumBytes) {
        if (bytes == null) {
            if (failure instanceof IllegalStateException) {
                throw tooLong(maximumBytes);
            }
            throw new RefusedException(ErrorCode.BAD_REQUEST, "the body broke off: " + failure);
        }
        requireUnchanged(bytes, checksum);
        return new String(bytes, UTF_8);
    }

    /** People who write requests by hand send no checksum. */
    private static void requireUnchanged(byte[] bytes, @Nullable String checksum) {
        String found = Checksum.of(ByteBuffer.wrap(bytes));
        if (checksum != null && !checksum.equals(found)) {
            throw new RefusedException(
                    ErrorCode.CHECKSUM_MISMATCH,
                    "body: expected CRC-32C %s, found %s".formatted(Ids.shown(checksum), found));
        }
    }

    private static RefusedException tooLong(int maximumBytes) {
        return new RefusedException(
                ErrorCode.TOO_LARGE, "body: expected at most " + maximumBytes + " bytes");
    }
}
