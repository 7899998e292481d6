package dev.tributary.server.aggregation;

import ai.djl.ndarray.NDArray;

import dev.tributary.evaluation.EvaluationResult;

/** Evaluates a model on the server's test set. Belongs to the thread that owns the device. */
public interface CentralEvaluator extends AutoCloseable {

    /**
     * Evaluates.
     *
     * @param flat float32 {@code [layout.size()]} on the evaluator's device; read only
     */
    EvaluationResult evaluate(NDArray flat);

    /** Frees the device memory. */
    @Override
    void close();
}
