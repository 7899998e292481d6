package dev.tributary.aggregate;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** How far each update is from those next to it, as Krum has it. */
final class KrumScores {
    private final double[][] distances;
    private final int byzantine;

    /**
     * @param distances squared, between all updates
     * @param byzantine f
     */
    KrumScores(double[][] distances, int byzantine) {
        this.distances = distances;
        this.byzantine = byzantine;
    }

    /** All updates, those that are nearest to their neighbours first; of equals, the first. */
    int[] ranking() {
        List<Integer> all = all();
        double[] scores = all.stream().mapToDouble(i -> score(i, all)).toArray();
        return all.stream()
                .sorted(Comparator.comparingDouble(i -> scores[i]))
                .mapToInt(i -> i)
                .toArray();
    }

    /** Krum's choice, then its choice among the rest, and so on. */
    int[] chosenOneByOne(int count) {
        List<Integer> left = all();
        int[] chosen = new int[count];
        for (int k = 0; k < count; k++) {
            int best = left.get(0);
            double least = Double.POSITIVE_INFINITY;
            for (int candidate : left) {
                double score = score(candidate, left);
                if (score < least) {
                    least = score;
                    best = candidate;
                }
            }
            chosen[k] = best;
            left.remove((Integer) best);
        }
        return chosen;
    }

    private List<Integer> all() {
        return new ArrayList<>(IntStream.range(0, distances.length).boxed().toList());
    }

    /** Among few, as Bulyan's last choices are, one neighbour counts at least. */
    private double score(int update, List<Integer> among) {
        int neighbours = Math.max(1, among.size() - byzantine - 2);
        return among.stream()
                .filter(other -> other != update)
                .mapToDouble(other -> distances[update][other])
                .sorted()
                .limit(neighbours)
                .reduce(0, Double::sum);
    }
}
