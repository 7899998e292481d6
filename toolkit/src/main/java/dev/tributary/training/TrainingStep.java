package dev.tributary.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import ai.djl.training.loss.Loss;

import dev.tributary.device.GradientScope;
import dev.tributary.training.OptimizerPlan.Rule;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * One optimizer step on one batch: forward, backward, clip, update.
 *
 * <p>Never waits for the device. The backward pass starts from the optimizer's gradient scale
 * instead of 1, which makes it compute scaled gradients for nothing.
 */
final class TrainingStep {
    private final Block block;
    private final Loss loss;
    private final DeviceDataset data;
    private final ParameterAliases aliases;
    private final WeightSegments segments;
    private final EngineRandomness randomness;
    private final FlatOptimizer optimizer;
    private final NDArray seed;
    private final @Nullable GradientClipper clipper;
    private long steps;

    TrainingStep(
            LocalModel model,
            NDManager scope,
            DeviceDataset data,
            WeightSegments segments,
            EngineRandomness randomness,
            TrainingPlan plan,
            double rate) {
        this.block = model.block();
        this.loss = model.loss();
        this.data = data;
        this.segments = segments;
        this.aliases = segments.aliases();
        this.randomness = randomness;
        this.optimizer =
                plan.optimizer().rule() == Rule.SGD
                        ? new SgdOptimizer(scope, plan.optimizer(), rate, segments.weights())
                        : new AdamOptimizer(scope, plan.optimizer(), rate, segments.weights());
        double scale = optimizer.gradientScale();
        this.seed = Scalars.on(scope, scale);
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
     * @return the batch's mean loss before the step, 0-d
     */
    NDArray take(NDManager step, NDArray features, NDArray labels) {
        aliases.beginStep(step);
        NDArray mean;
        try (GradientScope recording = GradientScope.recording()) {
            NDList input = new NDList(features);
            NDList output = randomness.forward(() -> block.forward(aliases, input, true));
            if (steps == 0) {
                ModelFit.checkOutput(output.head(), data);
            }
            mean = scalar(loss.evaluate(new NDList(labels), output));
            recording.backward(mean, seed);
        }
        update(step);
        steps++;
        return mean;
    }

    /** Some losses of DJL leave an axis. */
    static NDArray scalar(NDArray loss) {
        return loss.isScalar() ? loss : loss.mean();
    }

    private void update(NDManager step) {
        List<NDArray> gradients = segments.gradients(step);
        if (clipper != null) {
            clipper.clip(gradients, step);
        }
        optimizer.beginStep(step);
        for (int i = 0; i < gradients.size(); i++) {
            optimizer.update(i, segments.weights().get(i), gradients.get(i));
        }
    }
}
