package dev.tributary.server;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;

import dev.tributary.evaluation.EvaluationResult;
import dev.tributary.parameters.ParameterLayout;
import dev.tributary.protocol.ModelSpec;
import dev.tributary.server.aggregation.CentralEvaluator;

import java.util.Map;
import java.util.Optional;

/** A model that is a vector and nothing else; starts at zero. */
public record VectorModel(ParameterLayout layout, Optional<CentralEvaluator> evaluator)
        implements ServedModel {

    public static VectorModel of(long... shape) {
        return new VectorModel(
                ParameterLayout.builder().trainable("w", shape).build(), Optional.empty());
    }

    /** The loss is the first element's distance from a target. */
    public static VectorModel measuredAgainst(float target) {
        CentralEvaluator evaluator =
                new CentralEvaluator() {
                    @Override
                    public EvaluationResult evaluate(NDArray flat) {
                        float first = flat.toFloatArray()[0];
                        return new EvaluationResult(10, 10 * Math.abs(target - first), 0);
                    }

                    @Override
                    public void close() {}
                };
        return new VectorModel(of(4).layout(), Optional.of(evaluator));
    }

    @Override
    public ModelSpec spec() {
        return new ModelSpec("vector", Map.of());
    }

    @Override
    public boolean classifier() {
        return false;
    }

    @Override
    public void initialize(NDArray flat) {
        // Zeros, as they come.
    }

    @Override
    public Optional<CentralEvaluator> openEvaluator(Device device) {
        return evaluator;
    }
}
