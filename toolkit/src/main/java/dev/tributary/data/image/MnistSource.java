package dev.tributary.data.image;

import dev.tributary.data.DatasetSource;
import dev.tributary.data.LocalDataset;

import java.util.stream.IntStream;

/** MNIST in memory as bytes; floats only for the examples that are asked for. */
final class MnistSource implements DatasetSource {
    private static final int PIXELS = MnistPart.SIDE * MnistPart.SIDE;
    private static final double MEAN = 0.1307;
    private static final double DEVIATION = 0.3081;

    private final MnistPart train;
    private final MnistPart test;
    private final float[] shades;

    MnistSource(MnistPart train, MnistPart test, boolean standardize) {
        this.train = train;
        this.test = test;
        this.shades = shades(standardize);
    }

    /** What each of the 256 values of a pixel becomes. */
    private static float[] shades(boolean standardize) {
        float[] shades = new float[256];
        for (int i = 0; i < shades.length; i++) {
            double shade = i / 255.0;
            shades[i] = (float) (standardize ? (shade - MEAN) / DEVIATION : shade);
        }
        return shades;
    }

    @Override
    public long[] featureShape() {
        return new long[] {1, MnistPart.SIDE, MnistPart.SIDE};
    }

    @Override
    public int classCount() {
        return MnistPart.CLASSES;
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
        return load(test, IntStream.range(0, test.exampleCount()).toArray());
    }

    private LocalDataset load(MnistPart part, int[] indices) {
        byte[] pixels = part.pixels();
        float[] features = new float[Math.multiplyExact(indices.length, PIXELS)];
        float[] labels = new float[indices.length];
        for (int i = 0; i < indices.length; i++) {
            labels[i] = part.label(indices[i]);
            int from = indices[i] * PIXELS;
            int to = i * PIXELS;
            for (int pixel = 0; pixel < PIXELS; pixel++) {
                features[to + pixel] = shades[pixels[from + pixel] & 0xff];
            }
        }
        return new LocalDataset(features, featureShape(), labels, MnistPart.CLASSES);
    }
}
