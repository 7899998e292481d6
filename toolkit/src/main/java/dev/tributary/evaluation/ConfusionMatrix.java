package dev.tributary.evaluation;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.Objects;

/**
 * How many examples of each class were taken for each class.
 *
 * <p>Matrices add: that of a data set is the {@linkplain #plus sum} of those of any split of it,
 * exactly. Immutable and thread-safe.
 */
public final class ConfusionMatrix {
    /** More classes than that make no table that anybody reads. */
    public static final int MAX_CLASSES = 64;

    private final int classes;
    private final long[] counts;

    private ConfusionMatrix(int classes, long[] counts) {
        this.classes = classes;
        this.counts = counts;
    }

    /**
     * Counts examples.
     *
     * @param classes the number of classes, 2 to {@value #MAX_CLASSES}
     * @param truths their classes
     * @param guesses what they were taken for, as many
     * @throws IllegalArgumentException if there are too many classes
     * @throws IndexOutOfBoundsException if one is no class
     */
    public static ConfusionMatrix of(int classes, int[] truths, int[] guesses) {
        if (classes < 2 || classes > MAX_CLASSES) {
            throw new IllegalArgumentException(
                    "confusion matrix: expected 2 to %d classes, found %d"
                            .formatted(MAX_CLASSES, classes));
        }
        long[] counts = new long[classes * classes];
        for (int i = 0; i < truths.length; i++) {
            Objects.checkIndex(truths[i], classes);
            Objects.checkIndex(guesses[i], classes);
            counts[truths[i] * classes + guesses[i]]++;
        }
        return new ConfusionMatrix(classes, counts);
    }

    /**
     * The matrix of both data sets together.
     *
     * @throws IllegalArgumentException if the numbers of classes differ
     */
    public ConfusionMatrix plus(ConfusionMatrix other) {
        if (classes != other.classes) {
            throw new IllegalArgumentException(
                    "confusion matrix: expected %d classes, found %d"
                            .formatted(classes, other.classes));
        }
        long[] sum = counts.clone();
        Arrays.setAll(sum, i -> counts[i] + other.counts[i]);
        return new ConfusionMatrix(classes, sum);
    }

    /** The number of classes. */
    public int classes() {
        return classes;
    }

    /**
     * How many examples of one class were taken for another, or for the same.
     *
     * @param truth their class, in {@code [0, classes())}
     * @param guess what they were taken for, in the same range
     * @throws IndexOutOfBoundsException if one is no class
     */
    public long count(int truth, int guess) {
        return counts[
                Objects.checkIndex(truth, classes) * classes + Objects.checkIndex(guess, classes)];
    }

    /**
     * The harmonic mean of precision and recall of a class, in [0, 1]; 0 if there is nothing right
     * about it, NaN if the class neither occurs nor is guessed.
     *
     * @param positive the class, in {@code [0, classes())}
     */
    public double f1(int positive) {
        long right = count(positive, positive);
        long occurs = 0;
        long guessed = 0;
        for (int other = 0; other < classes; other++) {
            occurs += count(positive, other);
            guessed += count(other, positive);
        }
        return 2.0 * right / (occurs + guessed);
    }

    /** For two classes the F1 of class 1, for more the mean of all that occur or are guessed. */
    public double f1() {
        if (classes == 2) {
            return f1(1);
        }
        double sum = 0;
        int known = 0;
        for (int i = 0; i < classes; i++) {
            double f1 = f1(i);
            if (!Double.isNaN(f1)) {
                sum += f1;
                known++;
            }
        }
        return sum / known;
    }

    /**
     * The share of the class that occurs most, in [0, 1]: the accuracy of who always says it. NaN
     * without examples.
     */
    public double majority() {
        long most = 0;
        long all = 0;
        for (int truth = 0; truth < classes; truth++) {
            long occurs = 0;
            for (int guess = 0; guess < classes; guess++) {
                occurs += count(truth, guess);
            }
            most = Math.max(most, occurs);
            all += occurs;
        }
        return most / (double) all;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ConfusionMatrix that
                && classes == that.classes
                && Arrays.equals(counts, that.counts);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(counts);
    }

    @Override
    public String toString() {
        return "%d classes %s".formatted(classes, Arrays.toString(counts));
    }
}
