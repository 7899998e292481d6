package dev.tributary.agent;

import dev.tributary.agent.http.HttpCall;
import dev.tributary.agent.http.HttpTransport;
import dev.tributary.agent.http.ServerAddress;
import dev.tributary.agent.state.ClientState;
import dev.tributary.parameters.HostTransfer.ChunkSink;
import dev.tributary.parameters.ParameterLayout;
import dev.tributary.protocol.ClientProgress;
import dev.tributary.protocol.ClientRegistration;
import dev.tributary.protocol.EvaluationReport;
import dev.tributary.protocol.Paths;
import dev.tributary.protocol.RegistrationReceipt;
import dev.tributary.protocol.RoundTask;
import dev.tributary.protocol.UpdateReceipt;
import dev.tributary.wire.TensorBody;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;

/** The server over HTTP. */
public final class HttpServerClient implements ServerClient {
    /** The server may be silent for so long while it works on a request. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final Duration NOTICE_PATIENCE = Duration.ofSeconds(1);

    private final String clientId;
    private final String agent = UUID.randomUUID().toString();
    private final String basePath;
    private final HttpTransport transport;
    private final ClientState state;
    private final Replies replies;
    private final Receipts receipts;
    private final Retry retry;
    private volatile Duration pollPatience = PATIENCE;

    HttpServerClient(
            URI server, String clientId, HttpTransport transport, Retry retry, ClientState state) {
        this.clientId = clientId;
        this.basePath = server.getRawPath();
        this.transport = transport;
        this.state = state;
        this.replies = new Replies(server.toString());
        this.receipts = new Receipts(replies);
        this.retry = retry;
    }

    /**
     * Connects with the first request, as nobody in particular; keeps no model on disk.
     *
     * @param server from {@link ServerUrl#parse}
     * @param listener hears when the server is lost and when it is back
     */
    public static HttpServerClient open(
            URI server, String clientId, RetryPolicy policy, AgentListener listener) {
        return open(ServerAddress.of(server), clientId, policy, listener, ClientState.none());
    }

    /**
     * Connects with the first request.
     *
     * @param server its URL is from {@link ServerUrl#parse}
     * @param listener hears when the server is lost and when it is back
     * @param state where the last model is kept
     */
    public static HttpServerClient open(
            ServerAddress server,
            String clientId,
            RetryPolicy policy,
            AgentListener listener,
            ClientState state) {
        Retry retry =
                new Retry(
                        server.url().toString(),
                        policy,
                        Timing.system(),
                        RetryPolicy.jitter(clientId),
                        note -> listener.line(clientId, note));
        return new HttpServerClient(server.url(), clientId, server.open(), retry, state);
    }

    @Override
    public RegistrationReceipt register(ClientRegistration registration) {
        String path = basePath + Paths.by(agent, Paths.CLIENTS);
        HttpCall call = HttpCall.json("POST", path, registration, PATIENCE);
        RegistrationReceipt receipt =
                retry.call(
                        () ->
                                replies.record(
                                        replies.unspoiled(transport.send(call, null)),
                                        RegistrationReceipt.class));
        pollPatience = PATIENCE.plusSeconds(Math.max(0, receipt.pollSeconds()));
        return receipt;
    }

    @Override
    public Optional<RoundTask> waitForTask() {
        String path = basePath + Paths.by(agent, Paths.task(clientId));
        HttpCall call = HttpCall.get(path, pollPatience);
        return retry.call(
                () ->
                        replies.optional(
                                replies.checked(transport.send(call, null)), RoundTask.class));
    }

    @Override
    public long fetchModel(
            String runId, int version, ParameterLayout layout, Supplier<ChunkSink> payload) {
        HttpCall all =
                HttpCall.get(basePath + Paths.model(runId, version), PATIENCE)
                        .with(Paths.CLIENT_HEADER, clientId);
        try (ModelDownload download =
                new ModelDownload(all, runId, version, layout, payload, state)) {
            return retry.call(() -> download.attempt(transport::send, replies, retry::progressed));
        }
    }

    @Override
    public UpdateReceipt putUpdate(RoundTask task, TensorBody body) {
        String path = basePath + Paths.update(task.runId(), task.round(), clientId);
        Map<String, String> headers = Map.of("Content-Type", Paths.SAFETENSORS);
        UpdateUpload upload =
                new UpdateUpload(
                        new HttpCall("PUT", path, headers, body.chunks(), PATIENCE),
                        body.checksum());
        return retry.call(() -> upload.attempt(transport, receipts, retry::progressed));
    }

    @Override
    public UpdateReceipt putEvaluation(RoundTask task, EvaluationReport report) {
        String path = basePath + Paths.evaluation(task.runId(), task.round(), clientId);
        HttpCall call = HttpCall.json("PUT", path, report, PATIENCE);
        return retry.call(() -> receipts.receipt(replies.unspoiled(transport.send(call, null))));
    }

    @Override
    public void progress(ClientProgress progress) {
        String path = basePath + Paths.progress(clientId);
        try {
            transport.send(HttpCall.json("POST", path, progress, NOTICE_PATIENCE), null);
        } catch (IOException e) {
            // Nobody needs it, and the next request finds out what is wrong.
        }
    }

    @Override
    public void leave() {
        boolean interrupted = Thread.interrupted();
        try {
            String path = basePath + Paths.by(agent, Paths.client(clientId));
            transport.send(HttpCall.delete(path, NOTICE_PATIENCE), null);
        } catch (IOException e) {
            // The server finds out by itself, when the round's deadline has passed.
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public void close() {
        transport.close();
    }
}
