package dev.tributary.data.image;

import dev.tributary.data.DatasetSource;
import dev.tributary.data.LocalDataset;

import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * Images as bytes, in memory or in files; floats only for the examples that are asked for. As many
 * images are decoded at a time as the process has cores, on the JDK's common threads.
 *
 * @param shape channels, height, width; not copied
 * @param classCount the number of classes
 * @param shades what a pixel becomes
 * @param train the training part
 * @param testPart gives the test part, when it is asked for
 */
record ImageSource(
        long[] shape, int classCount, Shades shades, ImagePart train, Supplier<ImagePart> testPart)
        implements DatasetSource {

    @Override
    public long[] featureShape() {
        return shape.clone();
    }

    @Override
    public float[] trainLabels() {
        float[] labels = new float[train.exampleCount()];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = train.label(i);
        }
        return labels;
    }

    @Override
    public LocalDataset train(int[] indices) {
        return load(train, indices);
    }

    @Override
    public LocalDataset test() {
        ImagePart test = testPart.get();
        return load(test, IntStream.range(0, test.exampleCount()).toArray());
    }

    private LocalDataset load(ImagePart part, int[] indices) {
        int size = Math.toIntExact(shape[0] * shape[1] * shape[2]);
        float[] features = new float[Math.multiplyExact(indices.length, size)];
        float[] labels = new float[indices.length];
        IntStream places = IntStream.range(0, indices.length);
        (part.decodes() ? places.parallel() : places)
                .forEach(
                        i -> {
                            byte[] pixels = new byte[size];
                            part.pixels(indices[i], pixels);
                            shades.shade(pixels, features, i * size);
                            labels[i] = part.label(indices[i]);
                        });
        return new LocalDataset(features, shape, labels, classCount);
    }
}
