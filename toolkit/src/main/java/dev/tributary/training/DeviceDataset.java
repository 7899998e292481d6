package dev.tributary.training;

import static java.util.Objects.requireNonNull;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;

import dev.tributary.data.ExampleReader;
import dev.tributary.data.LocalDataset;
import dev.tributary.device.DeviceMemory;
import dev.tributary.device.GradientScope;
import dev.tributary.device.NativeStack;
import dev.tributary.parameters.HostTransfer;
import dev.tributary.parameters.HostVector;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.stream.LongStream;

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
    private final @Nullable ExampleReader source;
    private final long[] featureShape;
    private final int classCount;
    private final float[] hostLabels;
    private final int @Nullable [] positions;

    private DeviceDataset(
            NDManager manager, ExampleReader source, @Nullable LocalDataset resident) {
        this.manager = manager;
        // What is resident is not needed on the host, too.
        this.source = resident == null ? source : null;
        this.featureShape = source.featureShape();
        this.classCount = source.classCount();
        this.features = resident == null ? null : features(manager, resident);
        NDArray values = copy(manager, source.labels(), new Shape(source.labels().length));
        this.labels = source.classCount() > 0 ? toIndices(values) : values;
        this.hostLabels = source.labels();
        this.positions = null;
    }

    private DeviceDataset(DeviceDataset whole, int[] positions) {
        this.manager = whole.manager;
        this.features = whole.features;
        this.labels = whole.labels;
        this.source = whole.source;
        this.featureShape = whole.featureShape;
        this.classCount = whole.classCount;
        this.positions = positions;
        this.hostLabels = new float[positions.length];
        for (int i = 0; i < positions.length; i++) {
            hostLabels[i] = whole.hostLabels[positions[i]];
        }
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
     * Reads a data set a block of batches at a time whenever it is trained on, the next block while
     * one is trained on: in no more memory than some blocks, and to the same bits.
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

    /**
     * Some of the examples as a data set of their own, which shares this one's memory.
     *
     * @param chosen their positions here, at least one; this data set is no part of another
     * @return of use until this data set is closed; itself it need not be closed
     */
    DeviceDataset part(int[] chosen) {
        if (positions != null || chosen.length == 0) {
            throw new IllegalArgumentException("expected some examples of a whole data set");
        }
        return new DeviceDataset(this, chosen);
    }

    /** The number of examples. */
    public int exampleCount() {
        return hostLabels.length;
    }

    /** Where in {@link #features()} and {@link #labels()} the examples are, in order; a copy. */
    long[] order() {
        int[] chosen = positions;
        return chosen == null
                ? LongStream.range(0, exampleCount()).toArray()
                : Arrays.stream(chosen).asLongStream().toArray();
    }

    /** Whether these are all examples of {@link #features()}, one after the other in memory. */
    boolean contiguous() {
        return features != null && positions == null;
    }

    /** The number of classes; 0 for regression. */
    public int classCount() {
        return classCount;
    }

    /** The shape of one example's features. */
    public Shape featureShape() {
        return new Shape(featureShape);
    }

    /** Where the arrays are. */
    public Device device() {
        return manager.getDevice();
    }

    /**
     * Float32 {@code [n, values of an example]}, owned by the whole data set; not if it streams.
     */
    NDArray features() {
        return requireNonNull(features, "the features are not resident");
    }

    /**
     * The features of a pass, block by block; where the data streams, the next block is read while
     * its owner works on one.
     *
     * @param order the places of the pass's examples, as {@link #order()} has them; does not change
     *     until the result is closed
     * @param bounds where in that order blocks begin, and where the last one ends
     */
    BlockFeatures blocks(long[] order, int[] bounds) {
        NDArray resident = features;
        return resident == null
                ? new StreamedFeatures(
                        requireNonNull(source, "the features are resident"), order, bounds)
                : new BlockFeatures.Resident(resident);
    }

    /**
     * Rows of a matrix.
     *
     * <p>One call into the engine, where DJL's index objects take several times as long.
     *
     * @param matrix {@code [n, m]} of any type
     * @param numbers int64 {@code [k]} on its device
     * @param scope owns the result
     * @return {@code [k, m]} of the matrix's type
     */
    static NDArray rows(NDArray matrix, NDArray numbers, NDManager scope) {
        NDArray chosen = JniUtils.embedding((PtNDArray) numbers, (PtNDArray) matrix, false);
        chosen.attach(scope);
        return chosen;
    }

    /** Int64 class indices or float32 targets {@code [n]}, owned by the whole data set. */
    NDArray labels() {
        return labels;
    }

    /** The examples' labels on the host; not a copy. */
    float[] hostLabels() {
        return hostLabels;
    }

    /** Frees the arrays; a part frees nothing. */
    @Override
    public void close() {
        if (positions == null) {
            manager.close();
        }
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

    /** Float32 {@code [n, values of an example]}, owned by the manager. */
    static NDArray features(NDManager manager, LocalDataset data) {
        long count = data.exampleCount();
        return copy(manager, data.features(), new Shape(count, data.features().length / count));
    }

    private static NDArray copy(NDManager manager, float[] values, Shape shape) {
        if (!manager.getDevice().isGpu()) {
            NDArray array = manager.create(shape);
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
