package dev.tributary.agent;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

import dev.tributary.parameters.Float16;

import java.nio.ByteBuffer;
import java.util.List;

/** An update's trainables as they travel: float16 on the host, held from round to round. */
final class HalfUpdate {
    private static final NDIndex ALL = new NDIndex(":");

    private final NDArray halves;
    private final List<ByteBuffer> bytes;

    /**
     * @param manager owns the memory
     * @param size of them
     */
    HalfUpdate(NDManager manager, long size) {
        halves = manager.newSubManager(Device.cpu()).zeros(new Shape(size), DataType.FLOAT16);
        bytes = ModelVectors.bytes(halves);
    }

    long size() {
        return halves.size();
    }

    /**
     * Narrows values where they are: from a GPU come half the bytes.
     *
     * @param trainables float32 {@code [size]} on any device; read only
     * @return this object's memory
     */
    List<ByteBuffer> of(NDArray trainables) {
        if (!trainables.getDevice().isGpu()) {
            // The copy narrows as it goes.
            halves.set(ALL, trainables);
            return bytes;
        }
        try (NDManager scope = trainables.getManager().newSubManager()) {
            NDArray narrowed = Float16.narrow(trainables);
            narrowed.attach(scope);
            halves.set(ALL, narrowed);
        }
        return bytes;
    }
}
