package dev.tributary.device;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

/**
 * Constants as 0-d arrays.
 *
 * <p>DJL makes an array on the GPU of a Java number that is an operand, by a copy that waits for
 * all kernels before it. One operand of an elementwise operation may be a 0-d array in host memory
 * instead: its value goes to the GPU with the kernel. The engine's own memory, so graphs may keep
 * it.
 */
public final class Scalars {
    private static final long MAX_INTEGER = 1 << 24;

    private Scalars() {}

    /**
     * In host memory, for elementwise operations on any device.
     *
     * @param manager owns it
     * @return float32, 0-d
     */
    public static NDArray of(NDManager manager, double value) {
        return manager.full(new Shape(), (float) value, DataType.FLOAT32, Device.cpu());
    }

    /**
     * In host memory, for elementwise operations on integers on any device.
     *
     * @param manager owns it
     * @param value of a magnitude of at most 2<sup>24</sup>
     * @return int64, 0-d
     * @throws IllegalArgumentException if it is larger: the engine takes it as a float32
     */
    public static NDArray ofInteger(NDManager manager, long value) {
        if (Math.abs(value) > MAX_INTEGER) {
            throw new IllegalArgumentException(
                    "expected at most %d as a constant, found %d".formatted(MAX_INTEGER, value));
        }
        return manager.full(new Shape(), (float) value, DataType.INT64, Device.cpu());
    }

    /**
     * On the manager's device, for operations on 0-d arrays that are there.
     *
     * @param manager owns it
     * @return float32, 0-d
     */
    public static NDArray on(NDManager manager, double value) {
        return manager.full(new Shape(), (float) value);
    }
}
