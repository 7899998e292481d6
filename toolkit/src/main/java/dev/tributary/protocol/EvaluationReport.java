package dev.tributary.protocol;

/**
 * How the global model does on a client's data; sums, so that reports add.
 *
 * @param exampleCount examples evaluated, at least 1
 * @param lossSum sum of the losses of all examples
 * @param correctCount examples classified correctly; 0 for regression
 */
public record EvaluationReport(long exampleCount, double lossSum, long correctCount) {}
