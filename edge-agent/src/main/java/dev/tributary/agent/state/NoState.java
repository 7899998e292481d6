package dev.tributary.agent.state;

import dev.tributary.protocol.RoundTask;
import dev.tributary.wire.TensorBody;

import java.util.Optional;

/** For agents that keep nothing on disk. */
enum NoState implements ClientState {
    INSTANCE;

    @Override
    public Optional<StoredUpdate> update(RoundTask task) {
        return Optional.empty();
    }

    @Override
    public boolean keepUpdate(UpdateRecord record, TensorBody body) {
        return false;
    }

    @Override
    public void dropUpdate(String runId) {
        // There is none.
    }

    @Override
    public Optional<HeldModel> model(String runId, int version) {
        return Optional.empty();
    }

    @Override
    public Optional<HeldModel> beginModel(ModelRecord record) {
        return Optional.empty();
    }

    @Override
    public void dropRun(String runId) {
        // There is nothing of it.
    }
}
