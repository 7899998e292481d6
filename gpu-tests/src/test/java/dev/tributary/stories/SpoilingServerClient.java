package dev.tributary.stories;

import dev.tributary.agent.ServerClient;
import dev.tributary.parameters.HostTransfer.ChunkSink;
import dev.tributary.parameters.ParameterLayout;
import dev.tributary.protocol.Checksum;
import dev.tributary.protocol.ClientProgress;
import dev.tributary.protocol.ClientRegistration;
import dev.tributary.protocol.EvaluationReport;
import dev.tributary.protocol.RegistrationReceipt;
import dev.tributary.protocol.RoundTask;
import dev.tributary.protocol.UpdateReceipt;
import dev.tributary.wire.TensorBody;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Sends updates whose last value is no number, with the checksum of exactly that. */
record SpoilingServerClient(ServerClient server, List<UpdateReceipt> receipts)
        implements ServerClient {
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
        ByteBuffer wrong = ByteBuffer.allocate((int) body.bytes()).order(ByteOrder.LITTLE_ENDIAN);
        body.chunks().forEach(chunk -> wrong.put(chunk.duplicate()));
        wrong.putFloat(wrong.limit() - Float.BYTES, Float.NaN).flip();
        UpdateReceipt receipt =
                server.putUpdate(
                        task, new TensorBody(List.of(wrong), body.bytes(), Checksum.of(wrong)));
        receipts.add(receipt);
        return receipt;
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
