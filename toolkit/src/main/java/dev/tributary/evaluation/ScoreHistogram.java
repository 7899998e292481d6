package dev.tributary.evaluation;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How the probabilities that a model gives to class 1 are spread, for examples of class 0 and of
 * class 1.
 *
 * <p>Histograms add: that of a data set is the {@linkplain #plus sum} of those of any split of it,
 * exactly. So the area under the ROC curve of all clients' data follows from what each one counted,
 * where areas themselves do not average. Bins are equally wide in the square root of the smaller of
 * the two probabilities, which keeps rare events apart. Immutable and thread-safe.
 */
public final class ScoreHistogram {
    private static final int HALF = 2048;
    private static final int BINS = 2 * HALF;
    private static final double RESOLUTION = 0.002;

    private final long[] negatives;
    private final long[] positives;

    private ScoreHistogram(long[] negatives, long[] positives) {
        this.negatives = negatives;
        this.positives = positives;
    }

    /**
     * Counts examples.
     *
     * @param labels 0 or 1 each
     * @param probabilities of class 1, in [0, 1], as many; NaN counts as 0
     */
    public static ScoreHistogram of(int[] labels, float[] probabilities) {
        long[] negatives = new long[BINS];
        long[] positives = new long[BINS];
        for (int i = 0; i < labels.length; i++) {
            (labels[i] == 1 ? positives : negatives)[bin(probabilities[i])]++;
        }
        return new ScoreHistogram(negatives, positives);
    }

    /** The histogram of both data sets together. */
    public ScoreHistogram plus(ScoreHistogram other) {
        long[] newNegatives = new long[BINS];
        Arrays.setAll(newNegatives, i -> negatives[i] + other.negatives[i]);
        long[] newPositives = new long[BINS];
        Arrays.setAll(newPositives, i -> positives[i] + other.positives[i]);
        return new ScoreHistogram(newNegatives, newPositives);
    }

    /**
     * The area under the ROC curve: how often an example of class 1 has the higher probability than
     * one of class 0, a tie being half; within {@link #aucError} of the area by exact
     * probabilities. NaN if a class is missing.
     */
    public double auc() {
        double higher = 0;
        double below = 0;
        for (int bin = 0; bin < BINS; bin++) {
            higher += positives[bin] * (below + negatives[bin] / 2.0);
            below += negatives[bin];
        }
        return higher / pairs();
    }

    /**
     * How far {@link #auc} may be off: half of the pairs that share a bin, as a share of all pairs,
     * in [0, 0.5]; NaN if a class is missing.
     */
    public double aucError() {
        double ties = 0;
        for (int bin = 0; bin < BINS; bin++) {
            ties += (double) positives[bin] * negatives[bin];
        }
        return ties / 2 / pairs();
    }

    /**
     * The ROC curve: for falling thresholds, which share of class 0 and which of class 1 lies
     * above.
     *
     * @return from (0, 0) to (1, 1), steps below 0.2 % left out; empty if a class is missing
     */
    public List<RocPoint> roc() {
        long allNegatives = Arrays.stream(negatives).sum();
        long allPositives = Arrays.stream(positives).sum();
        if (allNegatives == 0 || allPositives == 0) {
            return List.of();
        }
        List<RocPoint> curve = new ArrayList<>();
        RocPoint last = new RocPoint(0, 0);
        curve.add(last);
        double above = 0;
        double found = 0;
        for (int bin = BINS - 1; bin >= 0; bin--) {
            above += negatives[bin];
            found += positives[bin];
            RocPoint point = new RocPoint(above / allNegatives, found / allPositives);
            boolean far =
                    point.falsePositiveRate() - last.falsePositiveRate() >= RESOLUTION
                            || point.truePositiveRate() - last.truePositiveRate() >= RESOLUTION;
            if (far || (bin == 0 && !point.equals(last))) {
                curve.add(point);
                last = point;
            }
        }
        return List.copyOf(curve);
    }

    /**
     * What became of what the model said: in each of several equally wide ranges of its
     * probability, the mean probability and the share of class 1.
     *
     * @param ranges how many, from 1
     * @return one for each range that has examples, from low to high
     */
    public List<CalibrationPoint> calibration(int ranges) {
        double[] said = new double[ranges];
        long[] ones = new long[ranges];
        long[] counts = new long[ranges];
        for (int bin = 0; bin < BINS; bin++) {
            double probability = center(bin);
            int range = Math.min(ranges - 1, (int) (ranges * probability));
            long count = negatives[bin] + positives[bin];
            said[range] += count * probability;
            ones[range] += positives[bin];
            counts[range] += count;
        }
        List<CalibrationPoint> points = new ArrayList<>();
        for (int range = 0; range < ranges; range++) {
            if (counts[range] > 0) {
                double count = counts[range];
                points.add(
                        new CalibrationPoint(
                                said[range] / count, ones[range] / count, counts[range]));
            }
        }
        return List.copyOf(points);
    }

    /** The probability in the middle of a bin. */
    private static double center(int bin) {
        double place = (Math.min(bin, BINS - 1 - bin) + 0.5) / HALF;
        double smaller = place * place / 2;
        return bin < HALF ? smaller : 1 - smaller;
    }

    private double pairs() {
        return (double) Arrays.stream(positives).sum() * Arrays.stream(negatives).sum();
    }

    private static int bin(float probability) {
        double upper = Math.max(0, 1 - (double) probability);
        double smaller = Math.min(Math.max(0, probability), upper);
        int place = (int) Math.min(HALF - 1, HALF * Math.sqrt(2 * smaller));
        return probability > 0.5f ? BINS - 1 - place : place;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ScoreHistogram that
                && Arrays.equals(negatives, that.negatives)
                && Arrays.equals(positives, that.positives);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(negatives) + Arrays.hashCode(positives);
    }

    @Override
    public String toString() {
        return "AUC %s +- %s".formatted(auc(), aucError());
    }
}
