package dev.tributary.data.partition;

import dev.tributary.data.DataException;

import java.util.Arrays;
import java.util.Collection;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** Cuts rows of examples into shares: what the partitioners have in common. */
final class Shares {
    private Shares() {}

    /**
     * Checks that there are enough examples.
     *
     * @param minExamples what every client must get
     */
    static void check(int examples, int clients, int minExamples) {
        if (clients < 1) {
            throw new DataException("clients: expected at least 1, found " + clients);
        }
        if ((long) clients * minExamples > examples) {
            throw new DataException(
                    "partition: expected at least %,d examples, %d for each of %,d clients, found %,d"
                            .formatted(
                                    (long) clients * minExamples, minExamples, clients, examples));
        }
    }

    /** Checks a Dirichlet concentration. */
    static void checkAlpha(double alpha) {
        if (!(alpha > 0 && alpha <= Double.MAX_VALUE)) {
            throw new DataException("alpha: expected a finite positive number, found " + alpha);
        }
    }

    /** Checks a number of examples or shards that must be at least 1. */
    static void checkPositive(String name, int value) {
        if (value < 1) {
            throw new DataException(name + ": expected at least 1, found " + value);
        }
    }

    /** The examples of each label, in ascending order of labels. */
    static Collection<int[]> byLabel(float[] labels) {
        TreeMap<Float, IntStream.Builder> rows = new TreeMap<>();
        for (int i = 0; i < labels.length; i++) {
            rows.computeIfAbsent(labels[i], label -> IntStream.builder()).add(i);
        }
        return rows.values().stream().map(row -> row.build().toArray()).toList();
    }

    /**
     * The borders of equal shares of a row: as many as shares, and one; sizes differ by at most 1.
     */
    static int[] equalBorders(int examples, int shares) {
        int[] borders = new int[shares + 1];
        for (int i = 0; i <= shares; i++) {
            borders[i] = (int) ((long) examples * i / shares);
        }
        return borders;
    }

    /** The borders of shares in the given proportions, which add up to 1. */
    static int[] borders(int examples, double[] proportions) {
        int[] borders = new int[proportions.length + 1];
        double sum = 0;
        for (int i = 0; i < proportions.length; i++) {
            sum += proportions[i];
            borders[i + 1] = (int) Math.min(examples, Math.round(sum * examples));
        }
        borders[proportions.length] = examples;
        return borders;
    }

    /** Cuts a row at its borders; each share ascends. */
    static int[][] cut(int[] row, int[] borders) {
        int[][] shares = new int[borders.length - 1][];
        for (int i = 0; i < shares.length; i++) {
            shares[i] = Arrays.copyOfRange(row, borders[i], borders[i + 1]);
            Arrays.sort(shares[i]);
        }
        return shares;
    }
}
