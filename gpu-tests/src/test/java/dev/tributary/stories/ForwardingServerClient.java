package dev.tributary.stories;

import dev.tributary.agent.ServerClient;
import dev.tributary.parameters.HostTransfer.ChunkSink;
import dev.tributary.parameters.ParameterLayout;
import dev.tributary.protocol.ClientProgress;
import dev.tributary.protocol.ClientRegistration;
import dev.tributary.protocol.EvaluationReport;
import dev.tributary.protocol.RegistrationReceipt;
import dev.tributary.protocol.RoundTask;
import dev.tributary.protocol.UpdateReceipt;
import dev.tributary.wire.TensorBody;

import java.util.Optional;
import java.util.function.Supplier;

/** Asks and tells what another does: a test changes one thing. */
interface ForwardingServerClient extends ServerClient {
    ServerClient server();

    @Override
    default RegistrationReceipt register(ClientRegistration registration) {
        return server().register(registration);
    }

    @Override
    default Optional<RoundTask> waitForTask() {
        return server().waitForTask();
    }

    @Override
    default long fetchModel(
            String runId, int version, ParameterLayout layout, Supplier<ChunkSink> payload) {
        return server().fetchModel(runId, version, layout, payload);
    }

    @Override
    default UpdateReceipt putUpdate(RoundTask task, TensorBody body) {
        return server().putUpdate(task, body);
    }

    @Override
    default UpdateReceipt putEvaluation(RoundTask task, EvaluationReport report) {
        return server().putEvaluation(task, report);
    }

    @Override
    default void progress(ClientProgress progress) {
        server().progress(progress);
    }

    @Override
    default void leave() {
        server().leave();
    }

    @Override
    default void close() {
        server().close();
    }
}
