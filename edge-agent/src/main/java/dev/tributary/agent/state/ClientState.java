package dev.tributary.agent.state;

import dev.tributary.parameters.HostTransfer.ChunkSink;
import dev.tributary.protocol.RoundTask;
import dev.tributary.wire.TensorBody;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/**
 * What one client keeps from one start to the next. One thread at a time.
 *
 * <p>Reading never fails: what is damaged is dropped, and what is not there is done again.
 */
public interface ClientState {

    /**
     * The update that was trained for a task, if there is one; what was trained for another task of
     * that run is dropped.
     */
    Optional<StoredUpdate> update(RoundTask task);

    /**
     * Keeps an update, in place of the one before; it survives a crash once this returns.
     *
     * @return whether it is kept
     * @throws IOException if it cannot be written; the one before may be left, or none
     */
    boolean keepUpdate(UpdateRecord record, TensorBody body) throws IOException;

    /** The update of a run is of no use. */
    void dropUpdate(String runId);

    /** What is here of a model; the caller closes it. */
    Optional<HeldModel> model(String runId, int version);

    /**
     * Begins to keep a model, in place of the one before; the caller closes it.
     *
     * @return empty if models are not kept
     */
    Optional<HeldModel> beginModel(ModelRecord record);

    /**
     * What the client's objective remembers of a round.
     *
     * @param round the round
     * @param bytes its length
     * @param sink takes it from the first byte; nothing where there is none
     * @return whether there is any
     */
    boolean recall(String runId, int round, long bytes, ChunkSink sink);

    /**
     * Keeps what the objective remembers after a task's round, beside that of the round it went on
     * from; what is remembered of all others goes. It survives a crash once this returns. Comes
     * before the round's update is kept or sent.
     *
     * @throws IOException if it cannot be written; that of before is left
     */
    void remember(RoundTask task, List<ByteBuffer> memory) throws IOException;

    /** A run has ended: nothing of it is needed any more. */
    void dropRun(String runId);

    /** Keeps nothing on disk. */
    static ClientState none() {
        return new NoState();
    }
}
