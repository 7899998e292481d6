package dev.tributary.data.partition;

import dev.tributary.random.Distributions;
import dev.tributary.random.RandomStreams;
import dev.tributary.random.RandomStreams.Purpose;

import java.util.SplittableRandom;

/** See {@link Partitioner#quantity}. */
record QuantityPartitioner(double alpha, int minExamples) implements Partitioner {

    QuantityPartitioner {
        Shares.checkAlpha(alpha);
        Shares.checkPositive("min examples", minExamples);
    }

    @Override
    public int[][] partition(float[] labels, int clients, RandomStreams streams) {
        Shares.check(labels.length, clients, minExamples);
        SplittableRandom random = streams.stream(Purpose.PARTITION);
        int[] row = Distributions.permutation(random, labels.length);
        int free = labels.length - clients * minExamples;
        int[] borders = Shares.borders(free, Distributions.dirichlet(random, alpha, clients));
        for (int i = 0; i < borders.length; i++) {
            borders[i] += i * minExamples;
        }
        return Shares.cut(row, borders);
    }
}
