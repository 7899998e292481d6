package dev.tributary.data;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;

/**
 * Labelled examples in host memory, all of one shape.
 *
 * <p>Features are float32 {@code [exampleCount, featureShape...]} in row-major order. Labels are
 * float32 {@code [exampleCount]}: the class index for classification, the target for regression.
 * The arrays are handed over, not copied, and must not be changed afterwards; then it is
 * thread-safe.
 */
public final class LocalDataset implements ExampleReader {
    private final float[] features;
    private final float[] labels;
    private final long[] featureShape;
    private final int classCount;

    /**
     * @param features {@code exampleCount * product(featureShape)} values
     * @param featureShape the shape of one example's features, each extent at least 1
     * @param labels one value per example
     * @param classCount the number of classes, labels being in {@code [0, classCount)}; 0 for
     *     regression
     * @throws IllegalArgumentException if the sizes disagree or a label is no class
     */
    public LocalDataset(float[] features, long[] featureShape, float[] labels, int classCount) {
        this.features = requireNonNull(features, "features is null");
        this.labels = requireNonNull(labels, "labels is null");
        this.featureShape = featureShape.clone();
        this.classCount = classCount;
        long expected = labels.length * featureSize(featureShape);
        if (features.length != expected) {
            throw new IllegalArgumentException(
                    "features: expected %d values for %d examples of shape %s, found %d"
                            .formatted(
                                    expected,
                                    labels.length,
                                    Arrays.toString(featureShape),
                                    features.length));
        }
        checkLabels(labels, classCount);
    }

    /** The number of examples, which is this client's weight in an average. */
    public int exampleCount() {
        return labels.length;
    }

    /** Row-major features; not a copy: do not change them. */
    public float[] features() {
        return features;
    }

    @Override
    public float[] labels() {
        return labels;
    }

    @Override
    public long[] featureShape() {
        return featureShape.clone();
    }

    /** The number of values in one example's features. */
    public int featureSize() {
        return Math.toIntExact(featureSize(featureShape));
    }

    @Override
    public int classCount() {
        return classCount;
    }

    /**
     * The examples at the given indices, in that order, as a data set of their own.
     *
     * @throws IndexOutOfBoundsException if there is no such example
     */
    public LocalDataset subset(int[] indices) {
        int size = featureSize();
        float[] chosenFeatures = new float[Math.multiplyExact(indices.length, size)];
        float[] chosenLabels = new float[indices.length];
        for (int i = 0; i < indices.length; i++) {
            System.arraycopy(features, indices[i] * size, chosenFeatures, i * size, size);
            chosenLabels[i] = labels[indices[i]];
        }
        return new LocalDataset(chosenFeatures, featureShape, chosenLabels, classCount);
    }

    @Override
    public LocalDataset read(int[] positions) {
        return subset(positions);
    }

    private static long featureSize(long[] shape) {
        long size = 1;
        for (long extent : shape) {
            if (extent < 1) {
                throw new IllegalArgumentException(
                        "feature shape: expected extents of at least 1, found "
                                + Arrays.toString(shape));
            }
            size = Math.multiplyExact(size, extent);
        }
        return size;
    }

    private static void checkLabels(float[] labels, int classCount) {
        for (int i = 0; i < labels.length; i++) {
            boolean valid =
                    classCount == 0
                            ? Float.isFinite(labels[i])
                            : labels[i] >= 0
                                    && labels[i] < classCount
                                    && labels[i] == Math.rint(labels[i]);
            if (!valid) {
                throw new IllegalArgumentException(
                        "label of example %d: expected %s, found %s"
                                .formatted(
                                        i,
                                        classCount == 0
                                                ? "a finite number"
                                                : "a class in [0, " + classCount + ")",
                                        labels[i]));
            }
        }
    }
}
