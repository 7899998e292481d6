package dev.tributary.server.http;

import dev.tributary.protocol.ErrorCode;
import dev.tributary.protocol.Paths;
import dev.tributary.server.round.RefusedException;
import dev.tributary.server.store.ModelVersion;

import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.io.RetainableByteBuffer;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** {@link Paths#MODEL}: a version of the global model, streamed from its file. */
record ModelResource(Services services, HeldModel held) implements Resource {
    /** Hears that a model is on its way. */
    @FunctionalInterface
    interface Sent {
        void to(@Nullable String client, long bytes);
    }

    static final Set<String> METHODS = Set.of("GET", "HEAD");

    @Override
    public Set<String> methods() {
        return METHODS;
    }

    @Override
    public void handle(Exchange exchange) {
        int number = exchange.number("version");
        CompletableFuture<Optional<ModelVersion>> found = services.models().find(number);
        exchange.whenNow(
                found,
                version ->
                        answer(
                                exchange,
                                version.orElseThrow(() -> gone(number)),
                                held,
                                services.rounds()::modelSent));
    }

    /**
     * Sends a model's file, or the part of it that is wanted.
     *
     * @param held where a small one is kept
     * @param sent hears who fetches how many bytes; null if the client did not say
     */
    static void answer(Exchange exchange, ModelVersion version, HeldModel held, Sent sent) {
        String etag = '"' + version.entity() + '"';
        HttpFields.Mutable headers = exchange.response().getHeaders();
        headers.put(HttpHeader.ETAG, etag);
        headers.put(Paths.CHECKSUM_HEADER, version.checksum());
        headers.put(HttpHeader.ACCEPT_RANGES, "bytes");
        if (knows(exchange, etag)) {
            exchange.empty(304);
            return;
        }
        Window window = Window.of(exchange, version.bytes(), etag);
        if (window == null) {
            headers.put(HttpHeader.CONTENT_RANGE, "bytes */" + version.bytes());
            exchange.empty(416);
            return;
        }
        headers.put(HttpHeader.CONTENT_TYPE, Paths.SAFETENSORS);
        headers.put(HttpHeader.CONTENT_LENGTH, version.bytes() - window.from());
        if (window.partial()) {
            headers.put(
                    HttpHeader.CONTENT_RANGE,
                    "bytes %d-%d/%d"
                            .formatted(window.from(), version.bytes() - 1, version.bytes()));
            exchange.response().setStatus(206);
        }
        if (exchange.request().getMethod().equals("HEAD")) {
            exchange.empty(window.partial() ? 206 : 200);
            return;
        }
        send(exchange, version, held, window.from(), sent);
    }

    private static boolean knows(Exchange exchange, String etag) {
        String known = exchange.header(HttpHeader.IF_NONE_MATCH.asString());
        return known != null
                && Arrays.stream(known.split(",", -1))
                        .map(String::strip)
                        .anyMatch(tag -> tag.equals(etag) || tag.equals("*"));
    }

    private static void send(
            Exchange exchange, ModelVersion version, HeldModel held, long from, Sent sent) {
        // Checked first: a refusal must find nothing open.
        String client = client(exchange);
        Runnable body;
        try {
            body = body(exchange, version, held, from);
        } catch (NoSuchFileException e) {
            throw gone(version.version());
        } catch (IOException e) {
            exchange.fail(e);
            return;
        }
        sent.to(client, version.bytes() - from);
        body.run();
    }

    private static Runnable body(Exchange exchange, ModelVersion version, HeldModel held, long from)
            throws IOException {
        if (version.bytes() > HeldModel.MAX_BYTES) {
            return FileBody.open(exchange, version, from)::iterate;
        }
        ByteBufferPool pool = exchange.request().getComponents().getByteBufferPool();
        RetainableByteBuffer content = held.content(version, pool);
        ByteBuffer bytes = content.getByteBuffer().asReadOnlyBuffer().position((int) from);
        Callback done = Callback.from(content::release, exchange.afterDrain());
        return () -> exchange.response().write(true, bytes, done);
    }

    private static @Nullable String client(Exchange exchange) {
        String client = exchange.header(Paths.CLIENT_HEADER);
        return client == null ? null : Ids.check(Paths.CLIENT_HEADER, client);
    }

    private static RefusedException gone(int version) {
        return new RefusedException(
                ErrorCode.NOT_FOUND, "model version %d is not kept".formatted(version));
    }
}
