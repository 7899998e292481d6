package dev.tributary.protocol;

import org.jspecify.annotations.Nullable;

/**
 * How the model that a client uses does on its data; sums, so that reports add.
 *
 * @param exampleCount examples evaluated, at least 1
 * @param lossSum sum of the losses of all examples
 * @param correctCount examples classified correctly; 0 for regression
 * @param before the same of the global model, where the client uses another; null where it does not
 */
public record EvaluationReport(
        long exampleCount, double lossSum, long correctCount, @Nullable EvaluationReport before) {

    /** Of the global model. */
    public EvaluationReport(long exampleCount, double lossSum, long correctCount) {
        this(exampleCount, lossSum, correctCount, null);
    }

    /** The mean loss of an example. */
    public double meanLoss() {
        return lossSum / exampleCount;
    }
}
