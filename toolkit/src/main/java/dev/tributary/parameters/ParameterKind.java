package dev.tributary.parameters;

/** What a tensor is to federated learning; the order is the order in the flat vector. */
public enum ParameterKind {
    /** Moved by optimizers: weights, biases. */
    TRAINABLE,
    /** Measured, not trained: BatchNorm's running mean and variance. Averaged, never optimized. */
    STATISTIC,
    /** Counts, such as batches seen. The maximum over the clients is kept. */
    COUNTER,
    /**
     * No part of the model: what an algorithm exchanges beside it, such as SCAFFOLD's control
     * variate. Averaged; no Block knows it.
     */
    AUXILIARY
}
