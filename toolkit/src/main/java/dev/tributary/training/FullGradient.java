package dev.tributary.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;

import dev.tributary.device.GradientScope;

import java.util.List;

/**
 * The gradient of a client's mean loss on all of its examples, taken batch by batch in their own
 * order: the size of a batch changes speed, memory and rounding, and what BatchNorm sees.
 */
final class FullGradient {
    private static final NDIndex ALL = new NDIndex(":");

    private final LocalModel model;
    private final NDManager scope;
    private final DeviceDataset data;
    private final TrainingPlan plan;
    private final ModelWeights weights;
    private final WeightSegments segments;
    private final EngineRandomness randomness;
    private final DeviceBatches batches;

    FullGradient(
            LocalModel model,
            NDManager scope,
            NDArray flat,
            DeviceDataset data,
            TrainingPlan plan,
            ClientKey key) {
        this.model = model;
        this.scope = scope;
        this.data = data;
        this.plan = plan;
        this.weights = model.weights(scope, flat, true);
        this.segments = WeightSegments.of(weights, scope, flat, model.parameters().layout());
        this.randomness = key.engine(model.block());
        this.batches = model.batches(scope, data, plan.batchSize());
    }

    /** Puts it in the place of the trainables; statistics have moved. */
    LocalResult replaceWeights() {
        long started = System.nanoTime();
        weights.beginStep(scope);
        LossMeter meter = new LossMeter(scope, batches.loss(), batches.batchSize());
        batches.inOrder(
                scope,
                (batch, features, labels, size) -> meter.add(add(features, labels, size), size));
        double loss = meter.sum() / data.exampleCount();
        List<NDArray> gradients = segments.gradients(scope);
        if (plan.clipNorm() > 0) {
            new GradientClipper(scope, plan.clipNorm(), 1).clip(gradients, scope);
        }
        for (int i = 0; i < gradients.size(); i++) {
            segments.weights().get(i).set(ALL, gradients.get(i));
        }
        weights.finish();
        return new LocalResult(data.exampleCount(), 1, List.of(loss), System.nanoTime() - started);
    }

    /** The leaves of the graph stay from batch to batch, so that the engine adds up. */
    private NDArray add(NDArray features, NDArray labels, long size) {
        try (GradientScope recording = GradientScope.recording()) {
            NDList input = new NDList(features);
            NDList output = randomness.forward(() -> model.forward(weights, input, true));
            ModelFit.checkOutput(output.head(), data, model.loss());
            NDArray value = batches.loss().value(labels, output);
            double share = (double) size / data.exampleCount();
            NDArray seed =
                    scope.full(value.getShape(), (float) (batches.loss().factor(size) * share));
            recording.backward(value, seed);
            return value;
        }
    }
}
