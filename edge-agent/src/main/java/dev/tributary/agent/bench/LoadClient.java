package dev.tributary.agent.bench;

import dev.tributary.agent.http.HttpCall;
import dev.tributary.agent.http.HttpReply;
import dev.tributary.agent.http.HttpTransport;
import dev.tributary.agent.http.ServerAddress;
import dev.tributary.cli.CommandException;
import dev.tributary.cli.Versions;
import dev.tributary.parameters.ParameterLayout;
import dev.tributary.protocol.ClientRegistration;
import dev.tributary.protocol.Json;
import dev.tributary.protocol.Outcome;
import dev.tributary.protocol.Paths;
import dev.tributary.protocol.RoundTask;
import dev.tributary.protocol.UpdateReceipt;
import dev.tributary.wire.TensorBody;
import dev.tributary.wire.UpdateMetadata;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;

/**
 * A client that speaks the protocol and has no model: it lets the global model pass by and sends
 * the same update every round. What a round then costs is the server's, and the network's.
 *
 * <p>Nothing is tried again: a refusal ends the measurement.
 */
final class LoadClient implements Callable<Integer> {
    private static final int NO_CONTENT = 204;
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final ServerAddress server;
    private final String id;
    private final ParameterLayout layout;
    private final SharedPayload payload;
    private final LoadGate gate;

    LoadClient(
            ServerAddress server,
            String id,
            ParameterLayout layout,
            SharedPayload payload,
            LoadGate gate) {
        this.server = server;
        this.id = id;
        this.layout = layout;
        this.payload = payload;
        this.gate = gate;
    }

    /** Takes part until the run has ended; the number of rounds. */
    @Override
    public Integer call() throws IOException, InterruptedException {
        try (HttpTransport transport = server.open()) {
            register(transport);
            HttpCall poll = HttpCall.get(Paths.task(id), PATIENCE);
            int rounds = 0;
            while (true) {
                HttpReply reply = ok(transport.send(poll, null));
                if (reply.status() == NO_CONTENT) {
                    continue;
                }
                RoundTask task = Json.read(reply.text(), RoundTask.class);
                gate.pass();
                if (task.kind() != RoundTask.Kind.TRAIN) {
                    return rounds;
                }
                takePart(transport, task);
                rounds++;
            }
        }
    }

    private void register(HttpTransport transport) throws IOException {
        ClientRegistration registration =
                new ClientRegistration(id, Paths.PROTOCOL_VERSION, Versions.tributary(), 1, "none");
        ok(transport.send(HttpCall.json("POST", Paths.CLIENTS, registration, PATIENCE), null));
    }

    private void takePart(HttpTransport transport, RoundTask task) throws IOException {
        String model = Paths.model(task.runId(), task.modelVersion());
        HttpCall get = HttpCall.get(model, PATIENCE).with(Paths.CLIENT_HEADER, id);
        ok(transport.send(get, chunk -> {}));
        TensorBody body =
                payload.body(
                        layout,
                        new UpdateMetadata(
                                task.runId(), task.round(), id, task.modelVersion(), 1, 0));
        HttpCall put =
                new HttpCall(
                        "PUT",
                        Paths.update(task.runId(), task.round(), id),
                        Map.of(
                                "Content-Type",
                                Paths.SAFETENSORS,
                                Paths.CHECKSUM_HEADER,
                                body.checksum()),
                        body.chunks(),
                        PATIENCE);
        UpdateReceipt receipt =
                Json.read(ok(transport.send(put, null)).text(), UpdateReceipt.class);
        if (receipt.outcome() != Outcome.ACCEPTED) {
            throw new CommandException("an update of " + id + " was not accepted: " + receipt);
        }
    }

    private HttpReply ok(HttpReply reply) {
        if (!reply.ok()) {
            throw new CommandException(
                    "%s: expected success, found %d: %s"
                            .formatted(id, reply.status(), reply.text().strip()));
        }
        return reply;
    }
}
