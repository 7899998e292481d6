package dev.tributary.data.partition;

import dev.tributary.data.DataException;
import dev.tributary.random.RandomStreams;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** See {@link Partitioner#natural}. */
record NaturalPartitioner() implements Partitioner {

    @Override
    public int[][] partition(float[] labels, int clients, RandomStreams streams) {
        Shares.check(labels.length, clients, 1);
        Map<Float, List<Integer>> groups = new TreeMap<>();
        for (int i = 0; i < labels.length; i++) {
            groups.computeIfAbsent(labels[i], key -> new ArrayList<>()).add(i);
        }
        if (groups.size() < clients) {
            throw new DataException(
                    "natural partition: expected at least as many groups as clients, %d, found %d"
                            .formatted(clients, groups.size()));
        }
        List<List<Integer>> largestFirst = new ArrayList<>(groups.values());
        // Stable: of two groups of a size, that of the smaller label comes first.
        largestFirst.sort(Comparator.comparing(group -> -group.size()));
        List<List<Integer>> shares = new ArrayList<>();
        for (int client = 0; client < clients; client++) {
            shares.add(new ArrayList<>());
        }
        for (List<Integer> group : largestFirst) {
            shares.stream().min(Comparator.comparing(List::size)).orElseThrow().addAll(group);
        }
        return shares.stream().map(NaturalPartitioner::ascending).toArray(int[][]::new);
    }

    private static int[] ascending(List<Integer> share) {
        int[] indices = share.stream().mapToInt(Integer::intValue).toArray();
        Arrays.sort(indices);
        return indices;
    }
}
