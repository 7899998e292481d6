package dev.tributary.data.partition;

import dev.tributary.random.Distributions;
import dev.tributary.random.RandomStreams;
import dev.tributary.random.RandomStreams.Purpose;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** See {@link Partitioner#dirichlet}. */
record DirichletPartitioner(double alpha, int minExamples) implements Partitioner {

    DirichletPartitioner {
        Shares.checkAlpha(alpha);
        Shares.checkPositive("min examples", minExamples);
    }

    @Override
    public int[][] partition(float[] labels, int clients, RandomStreams streams) {
        Shares.check(labels.length, clients, minExamples);
        SplittableRandom random = streams.stream(Purpose.PARTITION);
        IntStream.Builder[] shares = new IntStream.Builder[clients];
        Arrays.setAll(shares, client -> IntStream.builder());
        for (int[] row : Shares.byLabel(labels)) {
            Distributions.shuffle(random, row);
            double[] proportions = Distributions.dirichlet(random, alpha, clients);
            int[][] cuts = Shares.cut(row, Shares.borders(row.length, proportions));
            for (int client = 0; client < clients; client++) {
                Arrays.stream(cuts[client]).forEach(shares[client]);
            }
        }
        int[][] partition = new int[clients][];
        Arrays.setAll(partition, client -> shares[client].build().sorted().toArray());
        fill(partition, random);
        return partition;
    }

    /** Brings every client to the minimum with random examples of the largest. */
    private void fill(int[][] partition, SplittableRandom random) {
        for (int client = 0; client < partition.length; client++) {
            while (partition[client].length < minExamples) {
                int largest = largest(partition);
                int needed = minExamples - partition[client].length;
                // Half of what it can spare, so that not one client alone pays for all.
                int spare = (partition[largest].length - minExamples + 1) / 2;
                move(partition, largest, client, Math.min(needed, spare), random);
            }
        }
    }

    private static int largest(int[][] partition) {
        int largest = 0;
        for (int client = 1; client < partition.length; client++) {
            if (partition[client].length > partition[largest].length) {
                largest = client;
            }
        }
        return largest;
    }

    private static void move(int[][] shares, int from, int to, int count, SplittableRandom random) {
        int[] giver = shares[from].clone();
        Distributions.shuffle(random, giver);
        shares[from] = Arrays.stream(giver, count, giver.length).sorted().toArray();
        shares[to] =
                IntStream.concat(Arrays.stream(shares[to]), Arrays.stream(giver, 0, count))
                        .sorted()
                        .toArray();
    }
}
