package dev.tributary.aggregate.robust;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/** How far each update is from those next to it, as Krum has it. */
final class KrumScores {
    private final double[][] distances;
    private final int byzantine;

    /** Of each update the others, nearest first. */
    private final int[][] neighbours;

    /**
     * @param distances squared, between all updates
     * @param byzantine f
     */
    KrumScores(double[][] distances, int byzantine) {
        this.distances = distances;
        this.byzantine = byzantine;
        this.neighbours =
                IntStream.range(0, distances.length)
                        .mapToObj(this::nearestFirst)
                        .toArray(int[][]::new);
    }

    /** All updates, those that are nearest to their neighbours first; of equals, the first. */
    int[] ranking() {
        boolean[] left = all();
        double[] scores =
                IntStream.range(0, left.length)
                        .mapToDouble(i -> score(i, left, left.length))
                        .toArray();
        return IntStream.range(0, left.length)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> scores[i]))
                .mapToInt(i -> i)
                .toArray();
    }

    /** Krum's choice, then its choice among the rest, and so on. */
    int[] chosenOneByOne(int count) {
        boolean[] left = all();
        int[] chosen = new int[count];
        for (int k = 0; k < count; k++) {
            chosen[k] = choice(left, left.length - k);
            left[chosen[k]] = false;
        }
        return chosen;
    }

    /** The first of those with the least score. */
    private int choice(boolean[] left, int among) {
        int best = -1;
        double least = Double.POSITIVE_INFINITY;
        for (int i = 0; i < left.length; i++) {
            if (!left[i]) {
                continue;
            }
            double score = score(i, left, among);
            if (best < 0 || score < least) {
                least = score;
                best = i;
            }
        }
        return best;
    }

    private boolean[] all() {
        boolean[] all = new boolean[distances.length];
        Arrays.fill(all, true);
        return all;
    }

    private int[] nearestFirst(int update) {
        return IntStream.range(0, distances.length)
                .filter(other -> other != update)
                .boxed()
                .sorted(Comparator.comparingDouble(other -> distances[update][other]))
                .mapToInt(other -> other)
                .toArray();
    }

    /** Among few, as Bulyan's last choices are, one neighbour counts at least. */
    private double score(int update, boolean[] left, int among) {
        int missing = Math.max(1, among - byzantine - 2);
        double sum = 0;
        for (int i = 0; i < neighbours[update].length && missing > 0; i++) {
            int other = neighbours[update][i];
            if (left[other]) {
                sum += distances[update][other];
                missing--;
            }
        }
        return sum;
    }
}
