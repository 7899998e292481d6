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

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The memory of one client at work: the model as received, and the same in training.
 *
 * <p>Held from round to round, since fresh memory of that size would be paged in each time. On the
 * CPU two vectors, which the network reads and writes in place; on a GPU one more on the host. The
 * vectors may exceed 2 GiB. One thread at a time.
 */
final class ModelVectors implements AutoCloseable {
    private static final NDIndex ALL = new NDIndex(":");
    private static final long CHUNK = 1 << 24;

    private final NDManager manager;
    private final NDArray host;
    private final NDArray received;
    private final NDArray working;
    private final List<ByteBuffer> incoming;
    private final List<ByteBuffer> outgoing;

    ModelVectors(long size, Device device) {
        NativeStack.engine();
        manager = NDManager.newBaseManager(device);
        try (GradientScope off = GradientScope.off()) {
            Shape shape = new Shape(size);
            received = manager.zeros(shape, DataType.FLOAT32);
            working = manager.zeros(shape, DataType.FLOAT32);
            host =
                    device.isGpu()
                            ? manager.newSubManager(Device.cpu()).zeros(shape, DataType.FLOAT32)
                            : received;
            incoming = bytes(host);
            outgoing = device.isGpu() ? incoming : bytes(working);
        } catch (RuntimeException e) {
            manager.close();
            throw e;
        }
    }

    /** Takes the received model's bytes, from the first one. */
    ChunkSink download() {
        return new MemorySink(incoming);
    }

    /** The model as received, on the device. */
    NDArray received() {
        if (host != received) {
            received.set(ALL, host);
        }
        return received;
    }

    /** A copy of the model as received, to be trained in place. */
    NDArray working() {
        working.set(ALL, received());
        return working;
    }

    /**
     * The update: trained minus received.
     *
     * @return its bytes, which are this object's memory
     */
    List<ByteBuffer> update() {
        working.subi(received);
        if (host != received) {
            host.set(ALL, working);
        }
        return outgoing;
    }

    /** For tests: arrays that are alive. */
    NDManager manager() {
        return manager;
    }

    @Override
    public void close() {
        manager.close();
    }

    private static List<ByteBuffer> bytes(NDArray vector) {
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
