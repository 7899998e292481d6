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
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * For agents that keep nothing on disk. What objectives remember is there as long as the agent,
 * since no client is without it; a crash costs that.
 */
final class NoState implements ClientState {
    private final Map<String, NavigableMap<Integer, Memory>> runs = new HashMap<>();

    private record Memory(byte[] bytes, boolean counts) {}

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
    public boolean recall(String runId, int before, long bytes, ChunkSink sink) {
        for (Memory memory : of(runId).headMap(before, false).descendingMap().values()) {
            if (memory.counts && memory.bytes.length == bytes) {
                give(memory, sink);
                return true;
            }
        }
        return false;
    }

    @Override
    public void remember(String runId, int round, List<ByteBuffer> memory) {
        int length = memory.stream().mapToInt(ByteBuffer::remaining).sum();
        ByteBuffer copy = ByteBuffer.allocate(length);
        memory.forEach(chunk -> copy.put(chunk.duplicate()));
        NavigableMap<Integer, Memory> rounds = of(runId);
        MemoryRounds.superseded(rounds, round, Memory::counts).forEach(rounds::remove);
        rounds.put(round, new Memory(copy.array(), true));
    }

    @Override
    public void settle(String runId, int round, boolean counts) {
        of(runId).computeIfPresent(round, (key, memory) -> new Memory(memory.bytes, counts));
    }

    @Override
    public void dropRun(String runId) {
        runs.remove(runId);
    }

    private NavigableMap<Integer, Memory> of(String runId) {
        return runs.computeIfAbsent(runId, key -> new TreeMap<>());
    }

    private static void give(Memory memory, ChunkSink sink) {
        try {
            sink.accept(ByteBuffer.wrap(memory.bytes));
        } catch (IOException e) {
            throw new UncheckedIOException("memory took no bytes", e);
        }
    }
}
