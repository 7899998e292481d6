package dev.tributary.training;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

import dev.tributary.data.LocalDataset;
import dev.tributary.device.DeviceMemory;
import dev.tributary.device.GradientScope;
import dev.tributary.device.NativeStack;
import dev.tributary.parameters.HostTransfer;
import dev.tributary.parameters.HostVector;

import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * Labelled examples resident on a device: moved there once, then only indexed.
 *
 * <p>Owns its arrays until {@link #close()}. Several trainers on several threads may read one data
 * set; nobody may close it meanwhile.
 */
public final class DeviceDataset implements AutoCloseable {
    private final NDManager manager;
    private final NDArray features;
    private final NDArray labels;
    private final LocalDataset source;

    private DeviceDataset(NDManager manager, LocalDataset source) {
        this.manager = manager;
        this.source = source;
        long count = source.exampleCount();
        Shape shape = new Shape(count).addAll(new Shape(source.featureShape()));
        this.features = copy(source.features(), shape);
        NDArray values = copy(source.labels(), new Shape(count));
        this.labels = source.classCount() > 0 ? toIndices(values) : values;
    }

    /**
     * Copies a data set to a device.
     *
     * @param data at least one example
     * @param device where training will happen
     * @throws TrainingException if there is no example, or the device's memory is too small
     */
    public static DeviceDataset of(LocalDataset data, Device device) {
        if (data.exampleCount() == 0) {
            throw new TrainingException("data set: expected at least one example, found none");
        }
        NativeStack.engine();
        NDManager manager = NDManager.newBaseManager(device);
        try (GradientScope off = GradientScope.off()) {
            return new DeviceDataset(manager, data);
        } catch (RuntimeException e) {
            manager.close();
            throw DeviceMemory.exhausted(e) ? noRoom(data, device, e) : e;
        }
    }

    /** The number of examples. */
    public int exampleCount() {
        return source.exampleCount();
    }

    /** The number of classes; 0 for regression. */
    public int classCount() {
        return source.classCount();
    }

    /** The shape of one example's features. */
    public Shape featureShape() {
        return new Shape(source.featureShape());
    }

    /** Where the arrays are. */
    public Device device() {
        return manager.getDevice();
    }

    /** Float32 {@code [exampleCount, featureShape...]}, owned by this data set. */
    NDArray features() {
        return features;
    }

    /** Int64 class indices or float32 targets {@code [exampleCount]}, owned by this data set. */
    NDArray labels() {
        return labels;
    }

    /** The labels on the host; not a copy. */
    float[] hostLabels() {
        return source.labels();
    }

    /** Frees the arrays. */
    @Override
    public void close() {
        manager.close();
    }

    private static TrainingException noRoom(
            LocalDataset data, Device device, RuntimeException cause) {
        long bytes = Float.BYTES * ((long) data.features().length + data.labels().length);
        String room =
                DeviceMemory.of(device)
                        .map(memory -> memory.freeBytes() >> 20)
                        .map(free -> ", where %d MiB are free".formatted(free))
                        .orElse("");
        return new TrainingException(
                "data set: %d examples need %d MiB on %s%s"
                        .formatted(data.exampleCount(), bytes >> 20, device, room),
                cause);
    }

    private NDArray copy(float[] values, Shape shape) {
        if (!manager.getDevice().isGpu()) {
            NDArray array = manager.zeros(shape);
            HostTransfer.hostBytes(array).asFloatBuffer().put(values);
            return array;
        }
        try (NDArray vector = manager.zeros(new Shape(values.length))) {
            HostTransfer.toDevice(HostVector.of(values), vector);
            return vector.reshape(shape);
        } catch (IOException e) {
            throw new UncheckedIOException("an array in memory failed to be read", e);
        }
    }

    private static NDArray toIndices(NDArray values) {
        try (values) {
            return values.toType(DataType.INT64, true);
        }
    }
}
