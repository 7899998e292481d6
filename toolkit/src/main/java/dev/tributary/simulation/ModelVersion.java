package dev.tributary.simulation;

import ai.djl.ndarray.NDArray;

import dev.tributary.device.GradientScope;

/** A copy of the global model, kept as long as somebody works on it. One thread. */
final class ModelVersion {
    private final int number;
    private final NDArray flat;
    private int users = 1;

    /** Its maker is its first user. */
    ModelVersion(int number, NDArray model) {
        this.number = number;
        try (GradientScope off = GradientScope.off()) {
            flat = model.duplicate();
        }
    }

    int number() {
        return number;
    }

    /** Read only. */
    NDArray flat() {
        return flat;
    }

    void retain() {
        users++;
    }

    /** The last user frees the memory. */
    void release() {
        users--;
        if (users == 0) {
            flat.close();
        }
    }
}
