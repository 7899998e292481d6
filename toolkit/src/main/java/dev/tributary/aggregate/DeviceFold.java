package dev.tributary.aggregate;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

import dev.tributary.parameters.FlatParameters;
import dev.tributary.parameters.HostTransfer;
import dev.tributary.parameters.HostVector;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * By the engine's operations, chunk by chunk: on a GPU, and for tests on the CPU too.
 *
 * <p>Device memory: 20 bytes a value of a chunk.
 */
final class DeviceFold implements Fold {
    private static final NDIndex ALL = new NDIndex(":");
    private static final int GPU_CHUNK = 1 << 22;
    private static final int CPU_CHUNK = 1 << 14;

    private final NDManager manager;
    private final NDArray sum;
    private final NDArray staging;
    private final ByteBuffer stagingBytes;
    private final NDArray values;
    private final NDArray weighted;
    private final NDArray integers;
    private final int chunk;

    /**
     * @param sum int64; must outlive this
     * @param manager its device's; owns this object's memory
     */
    DeviceFold(NDArray sum, NDManager manager) {
        this.sum = sum;
        this.manager = manager;
        boolean gpu = manager.getDevice().isGpu();
        chunk = gpu ? GPU_CHUNK : CPU_CHUNK;
        Shape shape = new Shape(chunk);
        // Host memory, owned by the same scope: its bytes are written in place from the update.
        staging = manager.newSubManager(Device.cpu()).zeros(shape, DataType.FLOAT32);
        stagingBytes = HostTransfer.hostBytes(staging);
        // On the CPU the host's copy is the device's.
        values = gpu ? manager.zeros(shape, DataType.FLOAT32) : staging;
        weighted = manager.zeros(shape, DataType.FLOAT64);
        integers = manager.zeros(shape, DataType.INT64);
    }

    @Override
    public void add(HostVector update, double scale) throws IOException {
        try (NDManager scope = manager.newSubManager()) {
            NDArray deviceScale = onDevice(scale, scope);
            for (long from = 0; from < sum.size(); from += chunk) {
                int length = (int) Math.min(chunk, sum.size() - from);
                update.read(from, stagingBytes.clear().limit(length * Float.BYTES));
                addStaged(from, length, deviceScale);
            }
        }
    }

    @Override
    public void add(NDArray update, double scale) {
        try (NDManager scope = manager.newSubManager()) {
            NDArray deviceScale = onDevice(scale, scope);
            for (long from = 0; from < sum.size(); from += chunk) {
                long to = Math.min(from + chunk, sum.size());
                try (NDArray part = FlatParameters.slice(update, from, to)) {
                    addChunk(from, part, deviceScale);
                }
            }
        }
    }

    @Override
    public void scale(long from, double factor, NDArray target) {
        long end = from + target.size();
        try (NDManager scope = manager.newSubManager()) {
            NDArray deviceFactor = onDevice(factor, scope);
            for (long at = from; at < end; at += chunk) {
                scaleChunk(from, at, Math.min(at + chunk, end), deviceFactor, target);
            }
        }
    }

    @Override
    public void clear() {
        sum.subi(sum);
    }

    private void addStaged(long from, int length, NDArray scale) {
        try (NDArray staged = FlatParameters.slice(staging, 0, length);
                NDArray source = FlatParameters.slice(values, 0, length)) {
            if (values != staging) {
                source.set(ALL, staged);
            }
            addChunk(from, source, scale);
        }
    }

    private void addChunk(long from, NDArray source, NDArray scale) {
        long length = source.size();
        try (NDArray products = FlatParameters.slice(weighted, 0, length);
                NDArray addends = FlatParameters.slice(integers, 0, length);
                NDArray target = FlatParameters.slice(sum, from, from + length)) {
            // Copies convert: to double exactly, to integer by cutting the fraction off.
            products.set(ALL, source);
            products.muli(scale);
            addends.set(ALL, products);
            target.addi(addends);
        }
    }

    private void scaleChunk(long origin, long from, long to, NDArray factor, NDArray mean) {
        try (NDArray source = FlatParameters.slice(sum, from, to);
                NDArray products = FlatParameters.slice(weighted, 0, to - from);
                NDArray target = FlatParameters.slice(mean, from - origin, to - origin)) {
            products.set(ALL, source);
            products.muli(factor);
            target.set(ALL, products);
        }
    }

    private NDArray onDevice(double value, NDManager scope) {
        NDArray scalar = scope.create(value).toDevice(manager.getDevice(), false);
        scalar.attach(scope);
        return scalar;
    }
}
