package dev.tributary.training;

import static java.util.Objects.requireNonNull;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

import dev.tributary.data.ExampleReader;
import dev.tributary.data.LocalDataset;
import dev.tributary.device.DeviceMemory;
import dev.tributary.device.GradientScope;
import dev.tributary.device.NativeStack;
import dev.tributary.parameters.FlatParameters;
import dev.tributary.parameters.HostTransfer;
import dev.tributary.parameters.HostVector;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * Labelled examples on a device: moved there once, then only indexed; or, if they are more than
 * memory holds, read a block at a time, the labels alone being resident.
 *
 * <p>Owns its arrays until {@link #close()}. Several trainers on several threads may read one data
 * set; nobody may close it meanwhile.
 */
public final class DeviceDataset implements AutoCloseable {
    private final NDManager manager;
    private final @Nullable NDArray features;
    private final NDArray labels;
    private final ExampleReader source;

    private DeviceDataset(
            NDManager manager, ExampleReader source, @Nullable LocalDataset resident) {
        this.manager = manager;
        this.source = source;
        this.features = resident == null ? null : features(manager, resident);
        NDArray values = copy(manager, source.labels(), new Shape(source.labels().length));
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
        return create(data, data, device);
    }

    /**
     * Reads a data set a block of batches at a time whenever it is trained on: more slowly, but in
     * no more memory than some blocks, and to the same bits.
     *
     * @param data at least one example
     * @param device where training will happen
     * @throws TrainingException if there is no example
     */
    public static DeviceDataset streamed(ExampleReader data, Device device) {
        return create(data, null, device);
    }

    private static DeviceDataset create(
            ExampleReader data, @Nullable LocalDataset resident, Device device) {
        if (data.labels().length == 0) {
            throw new TrainingException("data set: expected at least one example, found none");
        }
        NativeStack.engine();
        NDManager manager = NDManager.newBaseManager(device);
        try (GradientScope off = GradientScope.off()) {
            return new DeviceDataset(manager, data, resident);
        } catch (RuntimeException e) {
            manager.close();
            throw DeviceMemory.exhausted(e) ? noRoom(data, device, e) : e;
        }
    }

    /** The number of examples. */
    public int exampleCount() {
        return source.labels().length;
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

    /** Whether features are read a block at a time. */
    boolean streams() {
        return features == null;
    }

    /**
     * Float32 {@code [exampleCount, featureShape...]}, owned by this data set; not if it streams.
     */
    NDArray features() {
        return requireNonNull(features, "the features are not resident");
    }

    /**
     * The features of some examples.
     *
     * @param scope owns the result
     * @param order the numbers of examples
     * @param device the same on the device
     * @param from the first place in that order
     * @param to the place behind the last
     * @return float32 {@code [to - from, featureShape...]}
     */
    NDArray features(NDManager scope, long[] order, NDArray device, int from, int to) {
        NDArray resident = features;
        if (resident == null) {
            return read(scope, order, from, to);
        }
        try (NDArray rows = FlatParameters.slice(device, from, to)) {
            NDArray chosen = resident.get(rows);
            chosen.attach(scope);
            return chosen;
        }
    }

    private NDArray read(NDManager scope, long[] order, int from, int to) {
        int[] positions = new int[to - from];
        for (int i = 0; i < positions.length; i++) {
            positions[i] = Math.toIntExact(order[from + i]);
        }
        return features(scope, source.read(positions));
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
            ExampleReader data, Device device, RuntimeException cause) {
        int count = data.labels().length;
        long bytes = Float.BYTES * (count * new Shape(data.featureShape()).size() + count);
        String room =
                DeviceMemory.of(device)
                        .map(memory -> memory.freeBytes() >> 20)
                        .map(free -> ", where %d MiB are free".formatted(free))
                        .orElse("");
        return new TrainingException(
                "data set: %d examples need %d MiB on %s%s"
                        .formatted(count, bytes >> 20, device, room),
                cause);
    }

    private static NDArray features(NDManager manager, LocalDataset data) {
        Shape shape = new Shape(data.exampleCount()).addAll(new Shape(data.featureShape()));
        return copy(manager, data.features(), shape);
    }

    private static NDArray copy(NDManager manager, float[] values, Shape shape) {
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
