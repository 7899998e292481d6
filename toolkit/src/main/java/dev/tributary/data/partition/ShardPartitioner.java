package dev.tributary.data.partition;

import dev.tributary.random.Distributions;
import dev.tributary.random.RandomStreams;
import dev.tributary.random.RandomStreams.Purpose;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/** See {@link Partitioner#shards}. */
record ShardPartitioner(int shardsPerClient) implements Partitioner {

    ShardPartitioner {
        Shares.checkPositive("shards per client", shardsPerClient);
    }

    @Override
    public int[][] partition(float[] labels, int clients, RandomStreams streams) {
        Shares.check(labels.length, clients, shardsPerClient);
        int shardCount = clients * shardsPerClient;
        int[][] shards =
                Shares.cut(sortedByLabel(labels), Shares.equalBorders(labels.length, shardCount));
        int[] order = Distributions.permutation(streams.stream(Purpose.PARTITION), shardCount);
        int[][] shares = new int[clients][];
        for (int client = 0; client < clients; client++) {
            int first = client * shardsPerClient;
            shares[client] =
                    Arrays.stream(order, first, first + shardsPerClient)
                            .flatMap(shard -> Arrays.stream(shards[shard]))
                            .sorted()
                            .toArray();
        }
        return shares;
    }

    /** Stable: within a label, examples stay in order. */
    private static int[] sortedByLabel(float[] labels) {
        return IntStream.range(0, labels.length)
                .boxed()
                .sorted(Comparator.comparing(i -> labels[i]))
                .mapToInt(Integer::intValue)
                .toArray();
    }
}
