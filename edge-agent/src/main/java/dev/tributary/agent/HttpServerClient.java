package dev.tributary.agent;

import dev.tributary.agent.http.HttpCall;
import dev.tributary.agent.http.HttpReply;
import dev.tributary.agent.http.HttpTransport;
import dev.tributary.parameters.HostTransfer.ChunkSink;
import dev.tributary.parameters.ParameterLayout;
import dev.tributary.protocol.ClientProgress;
import dev.tributary.protocol.ClientRegistration;
import dev.tributary.protocol.ErrorCode;
import dev.tributary.protocol.EvaluationReport;
import dev.tributary.protocol.Outcome;
import dev.tributary.protocol.Paths;
import dev.tributary.protocol.RegistrationReceipt;
import dev.tributary.protocol.RoundTask;
import dev.tributary.protocol.UpdateReceipt;
import dev.tributary.wire.TensorBody;
import dev.tributary.wire.TensorBodyReader;
import dev.tributary.wire.WireException;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** The server over HTTP. */
public final class HttpServerClient implements ServerClient {
    /** The server may be silent for so long while it works on a request. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final Duration PROGRESS_PATIENCE = Duration.ofSeconds(1);
    private static final Set<ErrorCode> SPOILED_ON_THE_WAY =
            Set.of(ErrorCode.CHECKSUM_MISMATCH, ErrorCode.MALFORMED_BODY);

    private final String clientId;
    private final String basePath;
    private final HttpTransport transport;
    private final Replies replies;
    private final Retry retry;
    private volatile Duration pollPatience = PATIENCE;

    HttpServerClient(URI server, String clientId, HttpTransport transport, Retry retry) {
        this.clientId = clientId;
        this.basePath = server.getRawPath();
        this.transport = transport;
        this.replies = new Replies(server.toString());
        this.retry = retry;
    }

    /**
     * Connects with the first request.
     *
     * @param server from {@link ServerUrl#parse}
     * @param listener hears when the server is lost and when it is back
     */
    public static HttpServerClient open(
            URI server, String clientId, RetryPolicy policy, AgentListener listener) {
        Retry retry =
                new Retry(
                        server.toString(),
                        policy,
                        Timing.system(),
                        note -> listener.line(clientId, note));
        return new HttpServerClient(server, clientId, HttpTransport.open(server), retry);
    }

    @Override
    public RegistrationReceipt register(ClientRegistration registration) {
        HttpCall call = HttpCall.json("POST", basePath + Paths.CLIENTS, registration, PATIENCE);
        RegistrationReceipt receipt =
                retry.call(
                        () ->
                                replies.record(
                                        transport.send(call, null), RegistrationReceipt.class));
        pollPatience = PATIENCE.plusSeconds(Math.max(0, receipt.pollSeconds()));
        return receipt;
    }

    @Override
    public Optional<RoundTask> waitForTask() {
        HttpCall call = HttpCall.get(basePath + Paths.task(clientId), pollPatience);
        HttpReply reply = retry.call(() -> replies.checked(transport.send(call, null)));
        return reply.text().isEmpty()
                ? Optional.empty()
                : Optional.of(replies.parsed(reply, RoundTask.class));
    }

    @Override
    public long fetchModel(
            String runId, int version, ParameterLayout layout, Supplier<ChunkSink> payload) {
        HttpCall call =
                HttpCall.get(basePath + Paths.model(runId, version), PATIENCE)
                        .with(Paths.CLIENT_HEADER, clientId);
        return retry.call(() -> fetch(call, new TensorBodyReader(layout, payload.get())));
    }

    @Override
    public UpdateReceipt putUpdate(RoundTask task, TensorBody body) {
        String path = basePath + Paths.update(task.runId(), task.round(), clientId);
        Map<String, String> headers =
                Map.of("Content-Type", Paths.SAFETENSORS, Paths.CHECKSUM_HEADER, body.checksum());
        return put(new HttpCall("PUT", path, headers, body.chunks(), PATIENCE));
    }

    @Override
    public UpdateReceipt putEvaluation(RoundTask task, EvaluationReport report) {
        String path = basePath + Paths.evaluation(task.runId(), task.round(), clientId);
        return put(HttpCall.json("PUT", path, report, PATIENCE));
    }

    @Override
    public void progress(ClientProgress progress) {
        String path = basePath + Paths.progress(clientId);
        try {
            transport.send(HttpCall.json("POST", path, progress, PROGRESS_PATIENCE), null);
        } catch (IOException e) {
            // Nobody needs it, and the next request finds out what is wrong.
        }
    }

    @Override
    public void close() {
        transport.close();
    }

    private long fetch(HttpCall call, TensorBodyReader reader) throws IOException {
        HttpReply reply = replies.checked(transport.send(call, reader::accept));
        try {
            return reader.finish(reply.header(Paths.CHECKSUM_HEADER).orElse(null)).bytes();
        } catch (WireException e) {
            // A whole and well-framed answer that is spoiled; another one may not be.
            throw new IOException("the model arrived spoiled: " + e.getMessage(), e);
        }
    }

    private UpdateReceipt put(HttpCall call) {
        return retry.call(
                () -> {
                    UpdateReceipt receipt = receipt(transport.send(call, null));
                    ErrorCode code = receipt.code();
                    if (code != null && SPOILED_ON_THE_WAY.contains(code)) {
                        throw new IOException("the server got it spoiled: " + receipt.message());
                    }
                    return receipt;
                });
    }

    private UpdateReceipt receipt(HttpReply reply) throws IOException {
        try {
            return replies.parsed(replies.checked(reply), UpdateReceipt.class);
        } catch (ServerRefusedException e) {
            return switch (e.code()) {
                case WRONG_ROUND,
                        NOT_SELECTED,
                        LAYOUT_MISMATCH,
                        MALFORMED_BODY,
                        CHECKSUM_MISMATCH,
                        NOT_FINITE,
                        OUT_OF_RANGE,
                        BAD_WEIGHT,
                        TOO_LARGE,
                        OFFSET_MISMATCH,
                        CONFLICTING_UPDATE ->
                        new UpdateReceipt(
                                Outcome.REJECTED,
                                false,
                                e.code(),
                                String.valueOf(e.getMessage()),
                                0);
                case LATE ->
                        new UpdateReceipt(
                                Outcome.DISCARDED,
                                false,
                                e.code(),
                                String.valueOf(e.getMessage()),
                                0);
                case BAD_REQUEST,
                        PROTOCOL_VERSION,
                        NOT_FOUND,
                        METHOD_NOT_ALLOWED,
                        UNKNOWN_CLIENT,
                        DUPLICATE,
                        INTERNAL,
                        STOPPING,
                        BUSY,
                        STORAGE_FULL ->
                        throw e;
            };
        }
    }
}
