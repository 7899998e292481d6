package dev.tributary.training;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.loss.Loss;

/**
 * Whether vector, data and model fit together, told before the engine tells it in its own words.
 *
 * <p>On a GPU a label that the model has no output for would not be an error but the end of the
 * process's CUDA context.
 */
final class ModelFit {
    private ModelFit() {}

    static void checkVector(NDArray flat, long size, Device device) {
        Shape expected = new Shape(size);
        boolean fits =
                flat.getShape().equals(expected)
                        && flat.getDataType() == DataType.FLOAT32
                        && flat.getDevice().equals(device);
        if (!fits) {
            throw new IllegalArgumentException(
                    "model vector: expected float32 %s on %s, found %s %s on %s"
                            .formatted(
                                    expected,
                                    device,
                                    flat.getDataType(),
                                    flat.getShape(),
                                    flat.getDevice()));
        }
    }

    static void checkFeatures(Shape example, DeviceDataset data, Device device) {
        if (!data.device().equals(device)) {
            throw new IllegalArgumentException(
                    "data set: expected it on %s, found it on %s".formatted(device, data.device()));
        }
        boolean known = example.dimension() > 0 && example.size() > 0;
        if (known && example.size() != data.featureShape().size()) {
            throw new UnfitDataException(
                    "features: the model expects %s an example, found %s"
                            .formatted(example, data.featureShape()));
        }
    }

    static void checkOutput(NDArray output, DeviceDataset data, Loss loss) {
        Shape shape = output.getShape();
        if (data.classCount() == 0) {
            return;
        }
        if (loss instanceof MultiLabelLoss sets) {
            checkLabels(shape, data, sets.labels());
            return;
        }
        boolean score = data.classCount() == 2 && shape.dimension() == 2 && shape.get(1) == 1;
        if (!score && (shape.dimension() != 2 || shape.get(1) < data.classCount())) {
            throw new UnfitDataException(
                    "labels: found %d classes, for which the model's output should be [batch, %d]; it is %s"
                            .formatted(data.classCount(), data.classCount(), shape));
        }
    }

    private static void checkLabels(Shape output, DeviceDataset data, int labels) {
        boolean fits = output.dimension() == 2 && output.get(1) == labels;
        if (!fits || data.classCount() > 1 << labels) {
            throw new UnfitDataException(
                    "labels: found %d sets of labels, for which the model's output should be [batch, %d]; it is %s"
                            .formatted(
                                    data.classCount(),
                                    Integer.numberOfTrailingZeros(data.classCount()),
                                    output));
        }
    }
}
