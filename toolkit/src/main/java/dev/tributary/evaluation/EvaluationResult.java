package dev.tributary.evaluation;

import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BinaryOperator;

/**
 * How a model does on labelled examples, as sums.
 *
 * <p>Results add: the result of a data set is the {@linkplain #plus sum} of the results of any
 * split of it, exactly for the counts and within {@code 1e-6} relative for the loss and the errors.
 *
 * @param exampleCount examples evaluated
 * @param lossSum sum of the losses of all examples
 * @param correctCount examples whose highest output is their class, or of whose labels all are
 *     right; 0 for regression
 * @param confusion what was taken for what; empty for regression and for very many classes
 * @param scores how probable class 1 seemed; empty but for two classes
 * @param labels of examples with several labels each, how often each was right; empty for others
 * @param errors how far off a regression is; empty for classes
 */
public record EvaluationResult(
        long exampleCount,
        double lossSum,
        long correctCount,
        Optional<ConfusionMatrix> confusion,
        Optional<ScoreHistogram> scores,
        Optional<LabelCounts> labels,
        Optional<ErrorSums> errors) {
    /** The result of no examples. */
    public static final EvaluationResult NONE = new EvaluationResult(0, 0, 0);

    /** A result of which no more is known. */
    public EvaluationResult(long exampleCount, double lossSum, long correctCount) {
        this(
                exampleCount,
                lossSum,
                correctCount,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    /** The result of both data sets together; what is not known of one is not known of both. */
    public EvaluationResult plus(EvaluationResult other) {
        if (exampleCount == 0 || other.exampleCount == 0) {
            return exampleCount == 0 ? other : this;
        }
        return new EvaluationResult(
                exampleCount + other.exampleCount,
                lossSum + other.lossSum,
                correctCount + other.correctCount,
                both(confusion, other.confusion, ConfusionMatrix::plus),
                both(scores, other.scores, ScoreHistogram::plus),
                both(labels, other.labels, LabelCounts::plus),
                both(errors, other.errors, ErrorSums::plus));
    }

    /** The mean loss of an example; NaN if there is none. */
    public double meanLoss() {
        return lossSum / exampleCount;
    }

    /** The fraction classified correctly, in [0, 1]; NaN if there is no example. */
    public double accuracy() {
        return (double) correctCount / exampleCount;
    }

    /**
     * What else is known, by name: {@code auc} of two classes, {@code f1} and {@code majority}, the
     * share of the most frequent class, of two or more, {@code mae} and {@code rmse} of a
     * regression; of several labels {@code f1}, and {@code accuracy_0}, {@code f1_0} and so on of
     * each. Only finite numbers.
     */
    public SortedMap<String, Double> measures() {
        SortedMap<String, Double> measures = new TreeMap<>();
        scores.ifPresent(histogram -> measures.put("auc", histogram.auc()));
        confusion.ifPresent(
                matrix -> {
                    measures.put("f1", matrix.f1());
                    measures.put("majority", matrix.majority());
                });
        labels.ifPresent(
                counts -> {
                    measures.put("f1", counts.f1());
                    for (int label = 0; label < counts.labels(); label++) {
                        measures.put("accuracy_" + label, counts.accuracy(label));
                        measures.put("f1_" + label, counts.f1(label));
                    }
                });
        errors.ifPresent(
                sums -> {
                    measures.put("mae", sums.mae());
                    measures.put("rmse", sums.rmse());
                });
        measures.values().removeIf(value -> !Double.isFinite(value));
        return measures;
    }

    private static <T> Optional<T> both(Optional<T> a, Optional<T> b, BinaryOperator<T> plus) {
        return a.flatMap(first -> b.map(second -> plus.apply(first, second)));
    }
}
