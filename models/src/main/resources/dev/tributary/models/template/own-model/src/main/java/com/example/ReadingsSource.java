package com.example;

import dev.tributary.data.DatasetSource;
import dev.tributary.data.LocalDataset;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Rows in memory: features, then the class. */
final class ReadingsSource implements DatasetSource {
    private final List<float[]> train;
    private final List<float[]> test;

    ReadingsSource(List<float[]> train, List<float[]> test) {
        this.train = List.copyOf(train);
        this.test = List.copyOf(test);
    }

    @Override
    public long[] featureShape() {
        return new long[] {train.get(0).length - 1};
    }

    @Override
    public int classCount() {
        return 2;
    }

    @Override
    public float[] trainLabels() {
        return dataset(train).labels();
    }

    @Override
    public LocalDataset train(int[] indices) {
        List<float[]> chosen = new ArrayList<>();
        Arrays.stream(indices).forEach(index -> chosen.add(train.get(index)));
        return dataset(chosen);
    }

    @Override
    public LocalDataset test() {
        return dataset(test);
    }

    private LocalDataset dataset(List<float[]> rows) {
        int size = train.get(0).length - 1;
        float[] features = new float[rows.size() * size];
        float[] labels = new float[rows.size()];
        for (int i = 0; i < labels.length; i++) {
            System.arraycopy(rows.get(i), 0, features, i * size, size);
            labels[i] = rows.get(i)[size];
        }
        return new LocalDataset(features, featureShape(), labels, 2);
    }
}
