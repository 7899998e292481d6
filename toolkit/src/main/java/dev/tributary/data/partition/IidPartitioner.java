package dev.tributary.data.partition;

import dev.tributary.random.Distributions;
import dev.tributary.random.RandomStreams;
import dev.tributary.random.RandomStreams.Purpose;

/** See {@link Partitioner#iid()}. */
record IidPartitioner() implements Partitioner {

    @Override
    public int[][] partition(float[] labels, int clients, RandomStreams streams) {
        Shares.check(labels.length, clients, 1);
        int[] row = Distributions.permutation(streams.stream(Purpose.PARTITION), labels.length);
        return Shares.cut(row, Shares.equalBorders(row.length, clients));
    }
}
