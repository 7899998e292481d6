package dev.tributary.training;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

/** Float32 constants as 0-d arrays. */
final class Scalars {
    private Scalars() {}

    /** In host memory, from where elementwise operations on every device take it without a copy. */
    static NDArray of(NDManager manager, double value) {
        return manager.full(new Shape(), (float) value, DataType.FLOAT32, Device.cpu());
    }

    /** On the manager's device. */
    static NDArray on(NDManager manager, double value) {
        return manager.full(new Shape(), (float) value);
    }
}
