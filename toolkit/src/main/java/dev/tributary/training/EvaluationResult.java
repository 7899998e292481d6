package dev.tributary.training;

/**
 * How a model does on labelled examples, as sums.
 *
 * <p>Results add: the result of a data set is the {@linkplain #plus sum} of the results of any
 * split of it, exactly for the counts and within {@code 1e-6} relative for the loss.
 *
 * @param exampleCount examples evaluated
 * @param lossSum sum of the losses of all examples
 * @param correctCount examples whose highest output is their class; 0 for regression
 */
public record EvaluationResult(long exampleCount, double lossSum, long correctCount) {
    /** The result of no examples. */
    public static final EvaluationResult NONE = new EvaluationResult(0, 0, 0);

    /** The result of both data sets together. */
    public EvaluationResult plus(EvaluationResult other) {
        return new EvaluationResult(
                exampleCount + other.exampleCount,
                lossSum + other.lossSum,
                correctCount + other.correctCount);
    }

    /** The mean loss of an example; NaN if there is none. */
    public double meanLoss() {
        return lossSum / exampleCount;
    }

    /** The fraction classified correctly, in [0, 1]; NaN if there is no example. */
    public double accuracy() {
        return (double) correctCount / exampleCount;
    }
}
