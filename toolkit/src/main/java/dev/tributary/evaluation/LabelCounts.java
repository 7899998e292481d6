package dev.tributary.evaluation;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;

/**
 * For each of several labels: how often it applied and was said to, applied and was not said to,
 * and so on.
 *
 * <p>Counts add: those of a data set are the {@linkplain #plus sum} of those of any split of it,
 * exactly. Immutable and thread-safe.
 */
public final class LabelCounts {
    private final long examples;
    private final long[] applied;
    private final long[] said;
    private final long[] both;

    private LabelCounts(long examples, long[] applied, long[] said, long[] both) {
        this.examples = examples;
        this.applied = applied;
        this.said = said;
        this.both = both;
    }

    /**
     * Counts examples.
     *
     * @param labels how many there are, 1 to 31
     * @param truths sets of labels, as numbers whose bits they are
     * @param guesses what was said, as many
     */
    public static LabelCounts of(int labels, int[] truths, int[] guesses) {
        long[] applied = new long[labels];
        long[] said = new long[labels];
        long[] both = new long[labels];
        for (int i = 0; i < truths.length; i++) {
            for (int label = 0; label < labels; label++) {
                int truth = truths[i] >> label & 1;
                int guess = guesses[i] >> label & 1;
                applied[label] += truth;
                said[label] += guess;
                both[label] += truth & guess;
            }
        }
        return new LabelCounts(truths.length, applied, said, both);
    }

    /**
     * The counts of both data sets together.
     *
     * @throws IllegalArgumentException if the numbers of labels differ
     */
    public LabelCounts plus(LabelCounts other) {
        if (labels() != other.labels()) {
            throw new IllegalArgumentException(
                    "label counts: expected %d labels, found %d"
                            .formatted(labels(), other.labels()));
        }
        return new LabelCounts(
                examples + other.examples,
                sum(applied, other.applied),
                sum(said, other.said),
                sum(both, other.both));
    }

    /** The number of labels. */
    public int labels() {
        return applied.length;
    }

    /**
     * The fraction of examples for which the right was said of a label, in [0, 1]; NaN without
     * examples.
     *
     * @param label from 0
     */
    public double accuracy(int label) {
        long wrong = applied[label] + said[label] - 2 * both[label];
        return 1 - (double) wrong / examples;
    }

    /**
     * The harmonic mean of precision and recall of a label, in [0, 1]; NaN if it neither applied
     * nor was said to.
     *
     * @param label from 0
     */
    public double f1(int label) {
        return 2.0 * both[label] / (applied[label] + said[label]);
    }

    /** The mean F1 of all labels that applied or were said to, in [0, 1]; NaN if none did. */
    public double f1() {
        double sum = 0;
        int known = 0;
        for (int label = 0; label < labels(); label++) {
            double f1 = f1(label);
            if (!Double.isNaN(f1)) {
                sum += f1;
                known++;
            }
        }
        return sum / known;
    }

    private static long[] sum(long[] a, long[] b) {
        long[] sum = a.clone();
        Arrays.setAll(sum, i -> a[i] + b[i]);
        return sum;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof LabelCounts that
                && examples == that.examples
                && Arrays.equals(applied, that.applied)
                && Arrays.equals(said, that.said)
                && Arrays.equals(both, that.both);
    }

    @Override
    public int hashCode() {
        return 31 * Long.hashCode(examples) + Arrays.hashCode(both);
    }

    @Override
    public String toString() {
        return "%d examples, %s of %s applied, %s said"
                .formatted(
                        examples,
                        Arrays.toString(both),
                        Arrays.toString(applied),
                        Arrays.toString(said));
    }
}
