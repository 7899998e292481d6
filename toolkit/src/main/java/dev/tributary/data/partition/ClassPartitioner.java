package dev.tributary.data.partition;

import dev.tributary.data.DataException;
import dev.tributary.random.Distributions;
import dev.tributary.random.RandomStreams;
import dev.tributary.random.RandomStreams.Purpose;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.IntStream;

/** See {@link Partitioner#classes}. */
record ClassPartitioner(int classesPerClient) implements Partitioner {

    ClassPartitioner {
        Shares.checkPositive("classes per client", classesPerClient);
    }

    @Override
    public int[][] partition(float[] labels, int clients, RandomStreams streams) {
        Shares.check(labels.length, clients, classesPerClient);
        List<int[]> byClass = List.copyOf(Shares.byLabel(labels));
        check(byClass.size(), clients);
        SplittableRandom random = streams.stream(Purpose.PARTITION);
        List<List<Integer>> holders = holders(byClass.size(), clients, random);
        IntStream.Builder[] shares = new IntStream.Builder[clients];
        Arrays.setAll(shares, client -> IntStream.builder());
        for (int label = 0; label < byClass.size(); label++) {
            int[] row = byClass.get(label).clone();
            List<Integer> of = holders.get(label);
            if (row.length < of.size()) {
                throw new DataException(
                        "partition: expected at least %d examples of class %s, one for each client that holds it, found %d"
                                .formatted(of.size(), labels[row[0]], row.length));
            }
            Distributions.shuffle(random, row);
            int[][] cuts = Shares.cut(row, Shares.equalBorders(row.length, of.size()));
            for (int i = 0; i < cuts.length; i++) {
                Arrays.stream(cuts[i]).forEach(shares[of.get(i)]);
            }
        }
        int[][] partition = new int[clients][];
        Arrays.setAll(partition, client -> shares[client].build().sorted().toArray());
        return partition;
    }

    private void check(int classes, int clients) {
        if (classesPerClient > classes || (long) clients * classesPerClient < classes) {
            throw new DataException(
                    "partition: expected classes-per-client of at most %d, the classes that there are, and of at least %d, so that %d clients hold all, found %d"
                            .formatted(
                                    classes,
                                    (classes + clients - 1) / clients,
                                    clients,
                                    classesPerClient));
        }
    }

    /**
     * Who holds each class: all classes in random order, again and again, each client taking the
     * next; so that no class has more than one holder more than another.
     */
    private List<List<Integer>> holders(int classes, int clients, SplittableRandom random) {
        List<List<Integer>> holders = new ArrayList<>();
        for (int label = 0; label < classes; label++) {
            holders.add(new ArrayList<>());
        }
        List<Integer> waiting = new ArrayList<>();
        for (int client = 0; client < clients; client++) {
            TreeSet<Integer> taken = new TreeSet<>();
            while (taken.size() < classesPerClient) {
                if (waiting.isEmpty()) {
                    waiting.addAll(fresh(classes, taken, random));
                }
                int label = waiting.remove(0);
                taken.add(label);
                holders.get(label).add(client);
            }
        }
        return holders;
    }

    /** All classes in random order; those that a client has already come last, for others. */
    private static List<Integer> fresh(
            int classes, TreeSet<Integer> taken, SplittableRandom random) {
        List<Integer> order = new ArrayList<>();
        List<Integer> last = new ArrayList<>();
        for (int label : Distributions.permutation(random, classes)) {
            (taken.contains(label) ? last : order).add(label);
        }
        order.addAll(last);
        return order;
    }
}
