package dev.tributary.evaluation;

/**
 * What a threshold on the probability of class 1 gives.
 *
 * @param falsePositiveRate the share of class 0 above it, in [0, 1]
 * @param truePositiveRate the share of class 1 above it, in [0, 1]
 */
public record RocPoint(double falsePositiveRate, double truePositiveRate) {}
