package dev.tributary.parameters;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

import dev.tributary.device.GradientScope;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Copies of a flat vector between host bytes and the device, chunk by chunk.
 *
 * <p>Memory beyond the vector itself is one chunk, whatever the size; vectors may exceed 2 GiB.
 */
public final class HostTransfer {
    private static final NDIndex ALL = new NDIndex(":");
    private static final int CHUNK = 1 << 22;

    private HostTransfer() {}

    /** Takes consecutive little-endian float32 bytes, valid only during the call. */
    @FunctionalInterface
    public interface ChunkSink {
        /**
         * Takes the next bytes.
         *
         * @param chunk from its position to its limit; read only
         */
        void accept(ByteBuffer chunk) throws IOException;
    }

    /**
     * Overwrites a device vector with a host vector.
     *
     * @param source as many elements as the destination
     * @param destination float32 {@code [n]} on any device
     * @throws IllegalArgumentException if it has another number of elements
     * @throws IOException if the source cannot be read; what is there then is something in between
     */
    public static void toDevice(HostVector source, NDArray destination) throws IOException {
        long size = destination.size();
        if (source.size() != size) {
            throw new IllegalArgumentException(
                    "expected a vector of %d elements, found %d".formatted(size, source.size()));
        }
        if (size == 0) {
            return;
        }
        if (!destination.getDevice().isGpu() && size <= CHUNK) {
            // The array's own memory, contiguous as slices of vectors are: nothing to stage.
            source.read(0, hostBytes(destination));
            return;
        }
        int chunk = (int) Math.min(CHUNK, size);
        try (GradientScope off = GradientScope.off();
                NDManager scope = destination.getManager().newSubManager(Device.cpu());
                NDArray staging = scope.zeros(new Shape(chunk), DataType.FLOAT32)) {
            ByteBuffer bytes = hostBytes(staging);
            for (long from = 0; from < size; from += chunk) {
                int count = (int) Math.min(chunk, size - from);
                source.read(from, bytes.clear().limit(count * Float.BYTES));
                try (NDArray view = FlatParameters.slice(destination, from, from + count);
                        NDArray staged = FlatParameters.slice(staging, 0, count)) {
                    view.set(ALL, staged);
                }
            }
        }
    }

    /**
     * Hands the vector's bytes to a sink, in order.
     *
     * @param source {@code [n]} of any type on any device; read only
     * @throws IOException what the sink throws
     */
    public static void toHost(NDArray source, ChunkSink sink) throws IOException {
        try (GradientScope off = GradientScope.off();
                NDManager scope = source.getManager().newSubManager()) {
            for (long from = 0; from < source.size(); from += CHUNK) {
                long to = Math.min(from + CHUNK, source.size());
                try (NDManager chunkScope = scope.newSubManager();
                        NDArray view = FlatParameters.slice(source, from, to)) {
                    // From a GPU this makes a host copy, which lives and dies with the view's
                    // manager.
                    view.attach(chunkScope);
                    sink.accept(hostBytes(view));
                }
            }
        }
    }

    /**
     * The memory of a CPU array itself (writes go through), or a host copy of a GPU array.
     *
     * @param array contiguous; the bytes dangle once it or its manager is closed
     */
    public static ByteBuffer hostBytes(NDArray array) {
        return array.toByteBuffer(true).order(ByteOrder.LITTLE_ENDIAN);
    }
}
