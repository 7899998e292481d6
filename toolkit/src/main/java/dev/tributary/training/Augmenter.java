package dev.tributary.training;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;

import dev.tributary.parameters.HostTransfer;

import java.nio.LongBuffer;
import java.util.SplittableRandom;
import java.util.function.LongUnaryOperator;

/**
 * Shifts and flips images where they are: on the device.
 *
 * <p>Two small tables say which row, and which column, of the padded image each place takes for
 * each choice; a block of images is then one gather. The choices of a whole epoch are drawn on the
 * host and moved at once, so no step waits for the device. One thread.
 */
final class Augmenter {
    private final Shape image;
    private final int padding;
    private final int columnChoices;
    private final NDArray rows;
    private final NDArray columns;

    /**
     * The choices of an epoch: for each of its examples, in order, a row of each table.
     *
     * @param rows int64 {@code [count]}, owned by the epoch's scope
     * @param columns the same
     */
    record Choices(NDArray rows, NDArray columns) {}

    /**
     * Makes the tables.
     *
     * @param scope owns them
     * @param image the shape of an example as the data has it
     * @throws TrainingException if it is no image, or smaller than the padding
     */
    Augmenter(NDManager scope, Shape image, Augmentation augmentation) {
        if (image.dimension() != 3) {
            throw new TrainingException(
                    "augmentation: expected images [channels, height, width], found examples "
                            + image);
        }
        long height = image.get(1);
        long width = image.get(2);
        this.image = image;
        this.padding = augmentation.cropPadding();
        if (padding > Math.min(height, width)) {
            throw new TrainingException(
                    "augmentation: expected crop-padding of at most the image's sides, %s, found %d"
                            .formatted(image, padding));
        }
        int shifts = 2 * padding + 1;
        this.columnChoices = augmentation.flip() ? 2 * shifts : shifts;
        long stride = width + 2L * padding;
        this.rows = table(scope, shifts, height, i -> (i / height + i % height) * stride);
        this.columns =
                table(
                        scope,
                        columnChoices,
                        width,
                        i -> {
                            long choice = i / width;
                            long place = i % width;
                            return choice < shifts
                                    ? choice + place
                                    : choice - shifts + width - 1 - place;
                        });
    }

    /** Draws for as many examples, in their order in the epoch. */
    Choices choices(NDManager epoch, int count, SplittableRandom random) {
        long[] drawnRows = new long[count];
        long[] drawnColumns = new long[count];
        for (int i = 0; i < count; i++) {
            drawnRows[i] = random.nextInt(2 * padding + 1);
            drawnColumns[i] = random.nextInt(columnChoices);
        }
        return new Choices(
                toDevice(epoch, new Shape(count), i -> drawnRows[(int) i]),
                toDevice(epoch, new Shape(count), i -> drawnColumns[(int) i]));
    }

    /**
     * Changes a block of images.
     *
     * @param scope owns the result
     * @param images float32 {@code [count, ...]}, each of the image's size; read only
     * @param choices of the epoch
     * @param from which of them the first image has
     * @return the shape of the images
     */
    NDArray apply(NDManager scope, NDArray images, Choices choices, long from) {
        long count = images.getShape().get(0);
        long channels = image.get(0);
        long pixels = image.get(1) * image.get(2);
        try (NDManager temporary = scope.newSubManager()) {
            NDArray source = padded(temporary, images, count);
            NDArray places =
                    places(temporary, choices, from, from + count)
                            .broadcast(new Shape(count, channels, pixels));
            NDArray changed = source.gather(places, 2).reshape(images.getShape());
            changed.attach(scope);
            return changed;
        }
    }

    /** {@code [count, channels, padded pixels]}. */
    private NDArray padded(NDManager temporary, NDArray images, long count) {
        NDArray plain = images.reshape(new Shape(count).addAll(image));
        plain.attach(temporary);
        NDArray padded = plain;
        if (padding > 0) {
            padded = between(temporary, padded, 2);
            padded = between(temporary, padded, 3);
        }
        return padded.reshape(count, image.get(0), -1);
    }

    /** Zeros before and behind. */
    private NDArray between(NDManager temporary, NDArray array, int axis) {
        long[] shape = array.getShape().getShape().clone();
        shape[axis] = padding;
        NDArray zeros = temporary.zeros(new Shape(shape));
        return NDArrays.concat(new NDList(zeros, array, zeros), axis);
    }

    /** Which of the padded pixels each pixel takes: int64 {@code [count, 1, pixels]}. */
    private NDArray places(NDManager temporary, Choices choices, long from, long to) {
        NDArray chosenRows = chosen(temporary, rows, choices.rows, from, to);
        NDArray chosenColumns = chosen(temporary, columns, choices.columns, from, to);
        return chosenRows
                .expandDims(2)
                .add(chosenColumns.expandDims(1))
                .reshape(to - from, 1, image.get(1) * image.get(2));
    }

    private static NDArray chosen(
            NDManager temporary, NDArray table, NDArray choices, long from, long to) {
        NDArray block = JniUtils.slice((PtNDArray) choices, 0, from, to, 1);
        block.attach(temporary);
        NDArray chosen = table.get(block);
        chosen.attach(temporary);
        return chosen;
    }

    private static NDArray table(
            NDManager scope, long choices, long places, LongUnaryOperator value) {
        return toDevice(scope, new Shape(choices, places), value);
    }

    private static NDArray toDevice(NDManager owner, Shape shape, LongUnaryOperator value) {
        // Not create(long[]): views of such an array do not keep its memory alive.
        NDArray host = owner.newSubManager(Device.cpu()).zeros(shape, DataType.INT64);
        LongBuffer target = HostTransfer.hostBytes(host).asLongBuffer();
        for (int i = 0; i < shape.size(); i++) {
            target.put(i, value.applyAsLong(i));
        }
        return owner.getDevice().isGpu() ? host.toDevice(owner.getDevice(), false) : host;
    }
}
