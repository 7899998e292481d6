package dev.tributary.stories;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.agent.ServerClient;
import dev.tributary.parameters.HostTransfer.ChunkSink;
import dev.tributary.parameters.ParameterLayout;
import dev.tributary.protocol.ClientProgress;
import dev.tributary.protocol.ClientRegistration;
import dev.tributary.protocol.EvaluationReport;
import dev.tributary.protocol.Outcome;
import dev.tributary.protocol.RegistrationReceipt;
import dev.tributary.protocol.RoundTask;
import dev.tributary.protocol.UpdateReceipt;
import dev.tributary.wire.TensorBody;

import java.util.Optional;
import java.util.function.Supplier;

/** Sends every update twice, as a client does whose connection broke before the receipt came. */
record RepeatingServerClient(ServerClient server) implements ServerClient {
    @Override
    public RegistrationReceipt register(ClientRegistration registration) {
        return server.register(registration);
    }

    @Override
    public Optional<RoundTask> waitForTask() {
        return server.waitForTask();
    }

    @Override
    public long fetchModel(
            String runId, int version, ParameterLayout layout, Supplier<ChunkSink> payload) {
        return server.fetchModel(runId, version, layout, payload);
    }

    @Override
    public UpdateReceipt putUpdate(RoundTask task, TensorBody body) {
        UpdateReceipt first = server.putUpdate(task, body);
        UpdateReceipt second = server.putUpdate(task, body);
        assertThat(second.outcome()).isEqualTo(Outcome.ACCEPTED);
        assertThat(second.duplicate()).isTrue();
        return first;
    }

    @Override
    public UpdateReceipt putEvaluation(RoundTask task, EvaluationReport report) {
        return server.putEvaluation(task, report);
    }

    @Override
    public void progress(ClientProgress progress) {
        server.progress(progress);
    }

    @Override
    public void leave() {
        server.leave();
    }

    @Override
    public void close() {
        server.close();
    }
}
