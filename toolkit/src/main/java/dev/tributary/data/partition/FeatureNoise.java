package dev.tributary.data.partition;

import dev.tributary.data.LocalDataset;
import dev.tributary.random.Distributions;
import dev.tributary.random.RandomStreams;
import dev.tributary.random.RandomStreams.Purpose;

import java.util.SplittableRandom;

/**
 * Client k of n, from 1, sees its features with Gaussian noise of variance {@code k / n} times the
 * largest: Li et al., "Federated Learning on Non-IID Data Silos" (2022).
 *
 * @param variance of the last client's noise, at least 0
 */
record FeatureNoise(double variance) implements FeatureSkew {

    @Override
    public LocalDataset apply(LocalDataset data, int client, int clients, RandomStreams streams) {
        SplittableRandom random = streams.stream(Purpose.PARTITION, client + 1L, "noise");
        double deviation = Math.sqrt(variance * (client + 1) / clients);
        float[] features = data.features().clone();
        for (int i = 0; i < features.length; i++) {
            features[i] += (float) (deviation * Distributions.gaussian(random));
        }
        return new LocalDataset(features, data.featureShape(), data.labels(), data.classCount());
    }
}
