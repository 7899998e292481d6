package dev.tributary.agent;

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

/**
 * The server, as one client sees it.
 *
 * <p>Every call repeats its request until the server answers or the time for that is over. One call
 * at a time. All calls throw {@link ServerUnreachableException} if there is no answer, {@link
 * ServerRefusedException} if the answer is no, {@link AgentStoppedException} if the thread was
 * interrupted, and {@link AgentException} if what answers is no Tributary server.
 */
public interface ServerClient extends AutoCloseable {

    /** Makes the client known; before anything else, and again after {@code UNKNOWN_CLIENT}. */
    RegistrationReceipt register(ClientRegistration registration);

    /** Waits for something to do; empty if there was nothing for a while. */
    Optional<RoundTask> waitForTask();

    /**
     * Fetches a model.
     *
     * @param layout what it must hold
     * @param payload opens a sink for the vector's bytes, from the first one; opened again if the
     *     answer breaks off
     * @return the body's length in bytes
     * @throws dev.tributary.wire.WireException if the body is not a model of that layout
     */
    long fetchModel(String runId, int version, ParameterLayout layout, Supplier<ChunkSink> payload);

    /**
     * Sends an update.
     *
     * @param body its memory must not change until this returns
     * @return how it ended; also where the server refused it
     */
    UpdateReceipt putUpdate(RoundTask task, TensorBody body);

    /** Sends the result of an evaluation. */
    UpdateReceipt putEvaluation(RoundTask task, EvaluationReport report);

    /** Tells how far the client is; tried once, and its failure is silent. */
    void progress(ClientProgress progress);

    /**
     * Tells that the client goes, so that no round waits for it; tried once, also by an interrupted
     * thread, and its failure is silent.
     */
    void leave();

    /** Ends the connection. */
    @Override
    void close();
}
