package dev.tributary.agent.state;

import dev.tributary.parameters.HostTransfer.ChunkSink;
import dev.tributary.protocol.RoundTask;
import dev.tributary.wire.TensorBody;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * For agents that keep nothing on disk. What objectives remember is there as long as the agent,
 * since no client is without it; a crash costs that.
 */
final class NoState implements ClientState {
    private final Map<String, Map<Integer, byte[]>> runs = new HashMap<>();

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
    public boolean recall(String runId, int round, long bytes, ChunkSink sink) {
        byte[] memory = runs.getOrDefault(runId, Map.of()).get(round);
        if (memory == null || memory.length != bytes) {
            return false;
        }
        give(memory, sink);
        return true;
    }

    @Override
    public void remember(RoundTask task, List<ByteBuffer> memory) {
        int length = memory.stream().mapToInt(ByteBuffer::remaining).sum();
        ByteBuffer copy = ByteBuffer.allocate(length);
        memory.forEach(chunk -> copy.put(chunk.duplicate()));
        Map<Integer, byte[]> rounds = runs.computeIfAbsent(task.runId(), key -> new HashMap<>());
        rounds.keySet().retainAll(Set.of(task.countedRound()));
        rounds.put(task.round(), copy.array());
    }

    @Override
    public void dropRun(String runId) {
        runs.remove(runId);
    }

    private static void give(byte[] memory, ChunkSink sink) {
        try {
            sink.accept(ByteBuffer.wrap(memory));
        } catch (IOException e) {
            throw new UncheckedIOException("memory took no bytes", e);
        }
    }
}
