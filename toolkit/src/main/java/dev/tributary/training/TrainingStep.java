package dev.tributary.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;

import dev.tributary.device.GradientScope;
import dev.tributary.training.OptimizerPlan.Rule;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * One optimizer step on one batch: forward, backward, corrections, clip, update.
 *
 * <p>Never waits for the device. The backward pass starts from the loss's factor times the
 * optimizer's gradient scale instead of 1, which makes it compute scaled gradients for nothing.
 */
final class TrainingStep {
    private final LocalModel model;
    private final BatchLoss loss;
    private final int batchSize;
    private final NDManager scope;
    private final DeviceDataset data;
    private final ModelWeights weights;
    private final WeightSegments segments;
    private final EngineRandomness randomness;
    private final FlatOptimizer optimizer;
    private @Nullable NDArray wholeSeed;
    private final List<GradientTerm> terms;
    private final @Nullable GradientClipper clipper;
    private long steps;

    TrainingStep(
            LocalModel model,
            NDManager scope,
            DeviceDataset data,
            DeviceBatches batches,
            WeightSegments segments,
            EngineRandomness randomness,
            TrainingPlan plan,
            double rate,
            GradientCorrection correction) {
        this.model = model;
        this.loss = batches.loss();
        this.batchSize = batches.batchSize();
        this.scope = scope;
        this.data = data;
        this.segments = segments;
        this.weights = segments.model();
        this.randomness = randomness;
        this.optimizer =
                plan.optimizer().rule() == Rule.SGD
                        ? new SgdOptimizer(scope, plan.optimizer(), rate, segments.weights())
                        : new AdamOptimizer(scope, plan.optimizer(), rate, segments.weights());
        double scale = optimizer.gradientScale();
        this.terms = GradientTerm.of(plan, correction, segments, scope, scale);
        this.clipper =
                plan.clipNorm() > 0 ? new GradientClipper(scope, plan.clipNorm(), scale) : null;
    }

    /** Steps taken so far. */
    long steps() {
        return steps;
    }

    /**
     * Takes a step.
     *
     * @param step owns everything made here
     * @return the batch's {@link BatchLoss#value} before the step
     */
    NDArray take(NDManager step, NDArray features, NDArray labels, long size) {
        weights.beginStep(step);
        NDArray value;
        try (GradientScope recording = GradientScope.recording()) {
            NDList input = new NDList(features);
            NDList output = randomness.forward(() -> model.forward(weights, input, true));
            if (steps == 0) {
                ModelFit.checkOutput(output.head(), data, model.loss());
            }
            value = loss.value(labels, output);
            recording.backward(value, seed(step, value, size));
        }
        update(step);
        steps++;
        return value;
    }

    private NDArray seed(NDManager step, NDArray value, long size) {
        if (size != batchSize) {
            return newSeed(step, value, size);
        }
        NDArray seed = wholeSeed == null ? newSeed(scope, value, size) : wholeSeed;
        wholeSeed = seed;
        return seed;
    }

    private NDArray newSeed(NDManager owner, NDArray value, long size) {
        return owner.full(
                value.getShape(), (float) (loss.factor(size) * optimizer.gradientScale()));
    }

    private void update(NDManager step) {
        List<NDArray> gradients = segments.gradients(step);
        for (GradientTerm term : terms) {
            term.apply(segments.weights(), gradients);
        }
        if (clipper != null) {
            clipper.clip(gradients, step);
        }
        optimizer.beginStep(step);
        for (int i = 0; i < gradients.size(); i++) {
            optimizer.update(i, segments.weights().get(i), gradients.get(i));
        }
    }
}
