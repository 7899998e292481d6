package dev.tributary.agent;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

import dev.tributary.device.GradientScope;
import dev.tributary.device.NativeStack;
import dev.tributary.parameters.FlatParameters;
import dev.tributary.parameters.HostTransfer;
import dev.tributary.parameters.HostTransfer.ChunkSink;

import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The memory of one client at work: what was received, the update that comes of it, and what the
 * client remembers.
 *
 * <p>Held from round to round, since fresh memory of that size would be paged in each time. On the
 * CPU these vectors, which network and files read and write in place; on a GPU copies on the host
 * beside them. The vectors may exceed 2 GiB. One thread at a time.
 */
final class ModelVectors implements AutoCloseable {
    private static final NDIndex ALL = new NDIndex(":");
    private static final long CHUNK = 1 << 24;

    private final NDManager manager;
    private final NDArray host;
    private final NDArray received;
    private final NDArray update;
    private final NDArray state;
    private final NDArray hostState;
    private final List<ByteBuffer> incoming;
    private final List<ByteBuffer> outgoing;
    private final List<ByteBuffer> stateBytes;
    private @Nullable HalfUpdate halfUpdate;

    /**
     * @param size of what is exchanged
     * @param stateSize of what the client remembers
     */
    ModelVectors(long size, long stateSize, Device device) {
        NativeStack.engine();
        manager = NDManager.newBaseManager(device);
        try (GradientScope off = GradientScope.off()) {
            Shape shape = new Shape(size);
            received = manager.zeros(shape, DataType.FLOAT32);
            update = manager.zeros(shape, DataType.FLOAT32);
            state = manager.zeros(new Shape(stateSize), DataType.FLOAT32);
            host = onHost(received);
            hostState = onHost(state);
            incoming = bytes(host);
            outgoing = device.isGpu() ? incoming : bytes(update);
            stateBytes = bytes(hostState);
        } catch (RuntimeException e) {
            manager.close();
            throw e;
        }
    }

    /** Takes the received model's bytes, from the first one. */
    ChunkSink download() {
        return new MemorySink(incoming);
    }

    private NDArray onHost(NDArray vector) {
        return vector.getDevice().isGpu()
                ? manager.newSubManager(Device.cpu()).zeros(vector.getShape(), DataType.FLOAT32)
                : vector;
    }

    /** What was received, on the device. */
    NDArray received() {
        if (host != received) {
            received.set(ALL, host);
        }
        return received;
    }

    /** The update, to be written on the device; content undefined. */
    NDArray update() {
        return update;
    }

    /** The update's bytes, which are this object's memory; what was received may be gone. */
    List<ByteBuffer> updateBytes() {
        if (host != received) {
            host.set(ALL, update);
        }
        return outgoing;
    }

    /**
     * The same where the first elements travel as float16.
     *
     * @param halves how many, of values that float16 holds
     */
    List<ByteBuffer> updateBytes(long halves) {
        if (halves == 0) {
            return updateBytes();
        }
        if (halfUpdate == null || halfUpdate.size() != halves) {
            halfUpdate = new HalfUpdate(manager, halves);
        }
        List<ByteBuffer> all = new ArrayList<>();
        try (NDArray trainables = FlatParameters.slice(update, 0, halves)) {
            all.addAll(halfUpdate.of(trainables));
        }
        if (halves < update.size()) {
            all.addAll(updateBytesFrom(halves));
        }
        return all;
    }

    private List<ByteBuffer> updateBytesFrom(long first) {
        try (NDArray rest = FlatParameters.slice(update, first, update.size());
                NDArray hostRest = FlatParameters.slice(host, first, host.size())) {
            if (host == received) {
                return bytes(rest);
            }
            hostRest.set(ALL, rest);
            return bytes(hostRest);
        }
    }

    /** Takes what the client remembers, from the first byte; {@link #recalled} follows. */
    ChunkSink recall() {
        return new MemorySink(stateBytes);
    }

    /** All that is to be remembered has come, or nothing is there. */
    void recalled(boolean present) {
        if (!present) {
            try (NDArray zeros = state.zerosLike()) {
                state.set(ALL, zeros);
            }
        } else if (hostState != state) {
            state.set(ALL, hostState);
        }
    }

    /** What the client remembers, on the device. */
    NDArray state() {
        return state;
    }

    /** The bytes of what the client is to remember, which are this object's memory. */
    List<ByteBuffer> stateBytes() {
        if (hostState != state) {
            hostState.set(ALL, state);
        }
        return stateBytes;
    }

    /** For tests: arrays that are alive. */
    NDManager manager() {
        return manager;
    }

    @Override
    public void close() {
        manager.close();
    }

    /** A CPU vector's own memory, which outlives views of it. */
    static List<ByteBuffer> bytes(NDArray vector) {
        List<ByteBuffer> chunks = new ArrayList<>();
        for (long from = 0; from < vector.size(); from += CHUNK) {
            long to = Math.min(from + CHUNK, vector.size());
            try (NDArray view = FlatParameters.slice(vector, from, to)) {
                chunks.add(HostTransfer.hostBytes(view));
            }
        }
        return List.copyOf(chunks);
    }

    /** Fills memory from its beginning. */
    private static final class MemorySink implements ChunkSink {
        private final List<ByteBuffer> targets;
        private int current;

        MemorySink(List<ByteBuffer> memory) {
            targets = memory.stream().map(ByteBuffer::duplicate).toList();
        }

        @Override
        public void accept(ByteBuffer chunk) {
            ByteBuffer source = chunk.duplicate();
            while (source.hasRemaining()) {
                ByteBuffer target = targets.get(current);
                int count = Math.min(source.remaining(), target.remaining());
                target.put(source.duplicate().limit(source.position() + count));
                source.position(source.position() + count);
                current += target.hasRemaining() ? 0 : 1;
            }
        }
    }
}
