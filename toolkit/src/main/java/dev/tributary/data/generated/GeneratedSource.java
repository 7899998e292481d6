package dev.tributary.data.generated;

import dev.tributary.data.DatasetSource;
import dev.tributary.data.LocalDataset;
import dev.tributary.data.generated.ExampleGenerator.Part;

import java.util.Objects;
import java.util.stream.IntStream;

/** As many examples of a generator as were asked for, made anew at each call. */
record GeneratedSource(ExampleGenerator generator, int examples, int testExamples)
        implements DatasetSource {

    @Override
    public long[] featureShape() {
        return generator.featureShape();
    }

    @Override
    public int classCount() {
        return generator.classCount();
    }

    @Override
    public float[] trainLabels() {
        float[] labels = new float[examples];
        for (int i = 0; i < examples; i++) {
            labels[i] = generator.label(Part.TRAIN, i);
        }
        return labels;
    }

    @Override
    public LocalDataset train(int[] indices) {
        for (int index : indices) {
            Objects.checkIndex(index, examples);
        }
        return generate(Part.TRAIN, indices);
    }

    @Override
    public LocalDataset test() {
        return generate(Part.TEST, IntStream.range(0, testExamples).toArray());
    }

    @Override
    public float[] trainGroups(String column) {
        float[] groups = new float[examples];
        for (int i = 0; i < examples; i++) {
            groups[i] = generator.group(column, i);
        }
        return groups;
    }

    private LocalDataset generate(Part part, int[] indices) {
        long[] shape = featureShape();
        int size = 1;
        for (long extent : shape) {
            size = Math.toIntExact(size * extent);
        }
        float[] features = new float[Math.multiplyExact(indices.length, size)];
        float[] labels = new float[indices.length];
        for (int i = 0; i < indices.length; i++) {
            generator.features(part, indices[i], features, i * size);
            labels[i] = generator.label(part, indices[i]);
        }
        return new LocalDataset(features, shape, labels, classCount());
    }
}
