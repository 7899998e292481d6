package dev.tributary.evaluation;

/**
 * Examples to which a model gave similar probabilities.
 *
 * @param predicted the mean probability of class 1 that it gave them
 * @param observed the share of them that is of class 1
 * @param exampleCount how many they are, from 1
 */
public record CalibrationPoint(double predicted, double observed, long exampleCount) {}
