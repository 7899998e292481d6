package dev.tributary.agent;

import dev.tributary.agent.http.AnswerSink;
import dev.tributary.agent.http.HttpCall;
import dev.tributary.agent.http.HttpReply;
import dev.tributary.agent.state.ClientState;
import dev.tributary.agent.state.HeldModel;
import dev.tributary.agent.state.ModelRecord;
import dev.tributary.parameters.HostTransfer.ChunkSink;
import dev.tributary.parameters.ParameterLayout;
import dev.tributary.protocol.Paths;
import dev.tributary.wire.TensorBodyReader;
import dev.tributary.wire.WireException;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * One model on its way here, over as many requests as it takes. One thread; one download.
 *
 * <p>What the state holds of it is read first. A request then asks whether that is still the model,
 * or for the rest, or for all. The body is checked as it comes and, whole, by its checksum: spoiled
 * ones are asked for again from the first byte. Servers that give no strong {@code ETag} are asked
 * for all each time.
 */
final class ModelDownload implements AnswerSink, AutoCloseable {
    private static final int PARTIAL = 206;
    private static final int NOT_MODIFIED = 304;
    private static final int RANGE_NOT_SATISFIABLE = 416;

    private final HttpCall all;
    private final String runId;
    private final int version;
    private final ParameterLayout layout;
    private final Supplier<ChunkSink> payload;
    private final ClientState state;
    private TensorBodyReader reader;
    private long received;
    private long furthest;
    private @Nullable String etag;
    private @Nullable String checksum;
    private @Nullable HeldModel held;
    private String lastFlaw = "";

    ModelDownload(
            HttpCall all,
            String runId,
            int version,
            ParameterLayout layout,
            Supplier<ChunkSink> payload,
            ClientState state) {
        this.all = all;
        this.runId = runId;
        this.version = version;
        this.layout = layout;
        this.payload = payload;
        this.state = state;
        this.reader = new TensorBodyReader(layout, payload.get());
        state.model(runId, version).ifPresent(this::replay);
        furthest = received;
    }

    /** One request. */
    @FunctionalInterface
    interface Request {
        HttpReply send(HttpCall call, AnswerSink body) throws IOException;
    }

    /**
     * Sends the next request and takes its answer.
     *
     * @param request sends it
     * @param replies types what is no success
     * @param progress hears when more has come than ever before
     * @return the body's length
     * @throws IOException if another request may bring the rest
     * @throws WireException if the body is not a model of that layout
     */
    long attempt(Request request, Replies replies, Runnable progress) throws IOException {
        try {
            HttpReply reply = request.send(next(), this);
            if (reply.status() == NOT_MODIFIED ? !complete() : isOutOfRange(reply)) {
                forget();
                throw new IOException("the server has not the model that broke off");
            }
            if (reply.status() != NOT_MODIFIED) {
                replies.checked(reply);
            }
        } catch (WireException e) {
            throw flawed(e);
        } finally {
            if (received > furthest) {
                furthest = received;
                progress.run();
            }
        }
        return finish();
    }

    @Override
    public void begin(HttpReply head) throws IOException {
        if (head.status() == PARTIAL) {
            requireContinuation(head);
            return;
        }
        closeHeld();
        restart();
        etag = head.header("ETag").filter(tag -> tag.startsWith("\"")).orElse(null);
        checksum = head.header(Paths.CHECKSUM_HEADER).orElse(null);
        String length = head.header("Content-Length").orElse("");
        if (etag != null && checksum != null && length.matches("\\d{1,18}")) {
            ModelRecord record =
                    new ModelRecord(runId, version, etag, checksum, Long.parseLong(length));
            held = state.beginModel(record).orElse(null);
        }
    }

    @Override
    public void accept(ByteBuffer chunk) throws IOException {
        HeldModel keeping = held;
        if (keeping != null) {
            keeping.append(chunk);
        }
        take(chunk);
    }

    /** Keeps what has come for the next time. */
    @Override
    public void close() {
        closeHeld();
    }

    private HttpCall next() {
        String tag = etag;
        if (tag != null && complete()) {
            return all.with("If-None-Match", tag);
        }
        if (tag != null && received > 0) {
            return all.with("Range", "bytes=" + received + "-").with("If-Range", tag);
        }
        return all;
    }

    private boolean complete() {
        HeldModel present = held;
        return present != null && received == present.record().bytes();
    }

    private static boolean isOutOfRange(HttpReply reply) {
        return reply.status() == RANGE_NOT_SATISFIABLE;
    }

    private void requireContinuation(HttpReply head) throws IOException {
        String found = head.header("Content-Range").orElse("none");
        Optional<String> tag = head.header("ETag");
        boolean same = tag.isEmpty() || tag.get().equals(etag);
        if (!same || !found.startsWith("bytes " + received + "-")) {
            String expected = "bytes " + received + "-... of " + etag;
            forget();
            throw new IOException(
                    "the model: expected %s, found %s of %s"
                            .formatted(expected, found, tag.orElse("none")));
        }
    }

    private long finish() throws IOException {
        try {
            return reader.finish(checksum).bytes();
        } catch (WireException e) {
            // A whole and well-framed answer that is spoiled; another one may not be.
            forget();
            throw spoiled(e);
        }
    }

    /**
     * What a body that cannot be the model means: without a checksum that it is another's model;
     * with one only if it says the same twice, since a changed byte looks the same at first.
     */
    private WireException flawed(WireException flaw) throws IOException {
        String message = String.valueOf(flaw.getMessage());
        boolean certain = checksum == null || message.equals(lastFlaw);
        lastFlaw = message;
        forget();
        if (certain) {
            return flaw;
        }
        throw spoiled(flaw);
    }

    private static IOException spoiled(WireException flaw) {
        return new IOException("the model arrived spoiled: " + flaw.getMessage(), flaw);
    }

    private void replay(HeldModel model) {
        held = model;
        etag = model.record().etag();
        checksum = model.record().checksum();
        try {
            model.replay(this::take);
        } catch (IOException | WireException e) {
            // Damaged since it was written, and there is a better one at the server.
            forget();
        }
    }

    private void take(ByteBuffer chunk) throws IOException {
        received += chunk.remaining();
        reader.accept(chunk);
    }

    private void forget() {
        HeldModel dropped = held;
        held = null;
        if (dropped != null) {
            dropped.drop();
        }
        restart();
    }

    private void restart() {
        etag = null;
        checksum = null;
        received = 0;
        reader = new TensorBodyReader(layout, payload.get());
    }

    private void closeHeld() {
        HeldModel closing = held;
        held = null;
        if (closing != null) {
            closing.close();
        }
    }
}
