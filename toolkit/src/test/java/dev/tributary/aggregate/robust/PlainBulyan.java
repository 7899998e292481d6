package dev.tributary.aggregate.robust;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** Bulyan as one would write it down, without blocks, engine or windows. */
final class PlainBulyan {
    private PlainBulyan() {}

    static float[] of(float[][] rows, int byzantine) {
        List<float[]> left = new ArrayList<>(Arrays.asList(rows));
        List<float[]> chosen = new ArrayList<>();
        while (chosen.size() < rows.length - 2 * byzantine) {
            float[] best =
                    left.stream()
                            .min(Comparator.comparingDouble(row -> score(row, left, byzantine)))
                            .orElseThrow();
            left.remove(best);
            chosen.add(best);
        }
        float[] aggregate = new float[rows[0].length];
        for (int i = 0; i < aggregate.length; i++) {
            aggregate[i] = nearMedian(column(chosen, i), chosen.size() - 2 * byzantine);
        }
        return aggregate;
    }

    private static double score(float[] row, List<float[]> among, int byzantine) {
        return among.stream()
                .filter(other -> other != row)
                .mapToDouble(other -> squaredDistance(row, other))
                .sorted()
                .limit(Math.max(1, among.size() - byzantine - 2))
                .sum();
    }

    private static double squaredDistance(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += ((double) a[i] - b[i]) * ((double) a[i] - b[i]);
        }
        return sum;
    }

    private static double[] column(List<float[]> rows, int index) {
        return rows.stream().mapToDouble(row -> row[index]).sorted().toArray();
    }

    private static float nearMedian(double[] sorted, int count) {
        int n = sorted.length;
        double median = (sorted[(n - 1) / 2] + sorted[n / 2]) / 2;
        return (float)
                Arrays.stream(sorted)
                        .boxed()
                        .sorted(Comparator.comparingDouble(value -> Math.abs(value - median)))
                        .limit(count)
                        .mapToDouble(value -> value)
                        .average()
                        .orElseThrow();
    }
}
