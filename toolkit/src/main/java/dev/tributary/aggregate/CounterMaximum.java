package dev.tributary.aggregate;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

import dev.tributary.parameters.FlatParameters;
import dev.tributary.parameters.HostTransfer;
import dev.tributary.parameters.HostTransfer.ChunkSink;
import dev.tributary.parameters.HostVector;
import dev.tributary.parameters.ParameterKind;
import dev.tributary.parameters.ParameterLayout;

import java.io.IOException;

/**
 * The largest that each counter of a layout was in any update, on the device.
 *
 * <p>One thread, which has the recording of gradients switched off. Its memory is the manager's.
 */
final class CounterMaximum {
    private static final NDIndex ALL = new NDIndex(":");

    private final NDManager manager;
    private final NDArray counters;
    private final long origin;
    private boolean empty = true;

    CounterMaximum(NDManager manager, ParameterLayout layout) {
        this.manager = manager;
        origin = layout.start(ParameterKind.COUNTER);
        counters = manager.zeros(new Shape(layout.size(ParameterKind.COUNTER)), DataType.FLOAT32);
    }

    long size() {
        return counters.size();
    }

    /** Takes in the counters that lie in a vector on the host, from a place on. */
    void raise(HostVector source, long start) throws IOException {
        if (size() == 0) {
            return;
        }
        try (NDManager scope = manager.newSubManager()) {
            NDArray values = scope.zeros(counters.getShape(), DataType.FLOAT32);
            HostTransfer.toDevice(source.from(start, size()), values);
            raise(values, scope);
        }
    }

    /** Takes in the counters of an update that is on the device. */
    void raise(NDArray update) {
        if (size() == 0) {
            return;
        }
        try (NDManager scope = manager.newSubManager()) {
            NDArray found = FlatParameters.slice(update, origin, origin + size());
            found.attach(scope);
            raise(found.duplicate(), scope);
        }
    }

    /** Takes in what others were at most. */
    void raise(CounterMaximum partial) {
        try (NDManager scope = manager.newSubManager()) {
            raise(partial.counters.duplicate(), scope);
        }
    }

    private void raise(NDArray values, NDManager scope) {
        values.attach(scope);
        counters.set(ALL, empty ? values : values.maximum(counters));
        empty = false;
    }

    /**
     * Writes those that lie in a range of the layout.
     *
     * @param from the range's first place
     * @param target float32 on this device, as long as the range
     */
    void write(long from, NDArray target) {
        long first = Math.max(from, origin);
        long end = Math.min(from + target.size(), origin + size());
        if (first >= end) {
            return;
        }
        try (NDArray part = FlatParameters.slice(target, first - from, end - from);
                NDArray source = FlatParameters.slice(counters, first - origin, end - origin)) {
            part.set(ALL, source);
        }
    }

    /** Hands them over as little-endian float32. */
    void export(ChunkSink sink) throws IOException {
        if (size() > 0) {
            HostTransfer.toHost(counters, sink);
        }
    }

    void clear() {
        counters.subi(counters);
        empty = true;
    }
}
